import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ENVIRONMENTS, type FunctionName } from '../../core/runtime/environment.ts';
import { pascalCase } from '../../core/runtime/function.ts';
import { plain } from './iam-policy.ts';
import { FUNCTION_NAMES, functionResource, type Resource, resources, synthesise } from './synthesise.ts';

const template = synthesise({ policyGuardAdditions: 'ec2:DescribeHosts', auditOverdueDays: '3' });
const definitionOf = (name: string) => new URL(`../../statemachine/${name}.asl.json`, import.meta.url);
const RUN_DEFINITIONS = ['prepare', 'undo'].map(definitionOf);
const DEFINITIONS = [...RUN_DEFINITIONS, definitionOf('audit')];

const propertiesOf = (name: FunctionName) => functionResource(template, name).Properties;

test('there is a function for every environment schema, and no other', () => {
  const names = resources(template, 'AWS::Lambda::Function').map(
    ([, { Properties }]) => Properties.FunctionName,
  );
  expect(names.sort()).toEqual(FUNCTION_NAMES.map((name) => `sts-prep-${name}`).sort());
});

describe.each(FUNCTION_NAMES)('%s', (name) => {
  test('runs on Node.js 24 and arm64, and is traced', () => {
    expect(propertiesOf(name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
    });
  });

  test('has just the variables of its schema', () => {
    expect(Object.keys(propertiesOf(name).Environment.Variables).sort()).toEqual(
      Object.keys(ENVIRONMENTS[name].shape).sort(),
    );
  });

  test('writes to a log group of its own that forgets after a year', () => {
    const id = propertiesOf(name).LoggingConfig.LogGroup.Ref;
    const group = resources(template, 'AWS::Logs::LogGroup').find(([logical]) => logical === id);
    expect(group?.[1].Properties).toMatchObject({
      LogGroupName: `/aws/lambda/sts-prep-${name}`,
      RetentionInDays: 365,
    });
  });

  test('gives up before its states do', () => {
    for (const seconds of stateTimeouts(name)) expect(propertiesOf(name).Timeout).toBeLessThan(seconds);
  });
});

test('no two functions share a role', () => {
  const roles = FUNCTION_NAMES.map((name) => propertiesOf(name).Role['Fn::GetAtt'][0]);
  expect(new Set(roles).size).toBe(FUNCTION_NAMES.length);
});

test('only the Lambda service may take on the role of a function', () => {
  for (const name of FUNCTION_NAMES) {
    const role = roleOf(name).Properties;
    expect(role.ManagedPolicyArns).toBeUndefined();
    expect(role.AssumeRolePolicyDocument.Statement).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
  }
});

test('additions to the policy guard reach the function that guards', () => {
  for (const name of ['read-bundle', 'audit-cluster'] as const)
    expect(propertiesOf(name).Environment.Variables).toMatchObject({
      POLICY_GUARD_ADDITIONS: 'ec2:DescribeHosts',
      OTHER_OPTIONS: '["auditOverdueDays=3"]',
    });
});

test('StartRun knows both state machines, AnnounceAudit the topic, by the names that they have', () => {
  const { STATE_MACHINE_ARN, AUDIT_STATE_MACHINE_ARN } = propertiesOf('start-run').Environment.Variables;
  expect(plain(template, STATE_MACHINE_ARN)).toMatch(/:stateMachine:sts-prep-prepare$/);
  expect(plain(template, AUDIT_STATE_MACHINE_ARN)).toMatch(/:stateMachine:sts-prep-audit$/);
  const { TOPIC_ARN } = propertiesOf('announce-audit').Environment.Variables;
  const [[, topic] = []] = resources(template, 'AWS::SNS::Topic');
  expect(plain(template, TOPIC_ARN)).toMatch(new RegExp(`:${topic?.Properties.TopicName}$`));
});

test('AuditCluster asks the simulator unless it is told not to', () => {
  const asks = (of: Template) =>
    functionResource(of, 'audit-cluster').Properties.Environment.Variables.SIMULATE_POLICIES;
  expect(asks(template)).toBe('true');
  expect(asks(synthesise({ simulatePolicies: false }))).toBe('false');
});

test('PlanChanges takes the signing key of a new cluster from its bundle only if it is told to', () => {
  const allows = (of: Template) =>
    functionResource(of, 'plan-changes').Properties.Environment.Variables.OWN_SIGNING_KEYS;
  expect(allows(template)).toBe('false');
  expect(allows(synthesise({ ownSigningKeys: 'true' }))).toBe('true');
});

test('an undo begins when every function that its run may have left at work has ended, cold start and all', () => {
  const undo = JSON.parse(readFileSync(definitionOf('undo'), 'utf8'));
  const { Seconds: waits } = undo.States[undo.StartAt];
  const ofRuns = FUNCTION_NAMES.filter((name) => stateTimeouts(name, RUN_DEFINITIONS).length > 0);
  expect(ofRuns).toEqual(expect.arrayContaining(['create-role', 'undo-roles', 'unlock']));
  for (const name of ofRuns) expect(waits, name).toBeGreaterThan(propertiesOf(name).Timeout + 10);
});

function roleOf(name: FunctionName): Resource {
  const id = propertiesOf(name).Role['Fn::GetAtt'][0];
  return resources(template, 'AWS::IAM::Role').find(([logical]) => logical === id)?.[1] as Resource;
}

/** TimeoutSeconds of every state that calls the function, those inside a Map included. */
function stateTimeouts(name: FunctionName, definitions: readonly URL[] = DEFINITIONS): number[] {
  const timeouts: number[] = [];
  for (const definition of definitions) {
    JSON.parse(readFileSync(definition, 'utf8'), (_key, value) => {
      if (value?.Resource === `\${${pascalCase(name)}}`) timeouts.push(value.TimeoutSeconds);
      return value;
    });
  }
  return timeouts;
}
