import { readFileSync } from 'node:fs';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import { Workflow } from '../../infra/constructs/workflow.ts';
import { ACCOUNT, isAllowed, plain, policiesOf } from './iam-policy.ts';
import { emptyApp, resources, synthesise } from './synthesise.ts';

const template = synthesise();
const own = (name: string) => `arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:sts-prep-${name}`;

/** What the roles may do besides invoking, logging and tracing: a Distributed Map needs it. */
const BESIDES: Readonly<Record<string, string[]>> = {
  prepare: [],
  undo: [],
  audit: [
    'states:StartExecution',
    'states:DescribeExecution',
    'states:StopExecution',
    'states:RedriveExecution',
    's3:GetObject',
    'kms:Decrypt',
  ],
};

describe.each(['prepare', 'undo', 'audit'])('the state machine %s', (name) => {
  const text = readFileSync(new URL(`../../statemachine/${name}.asl.json`, import.meta.url), 'utf8');
  const placeholders = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder));
  const properties = resources(template, 'AWS::StepFunctions::StateMachine').find(
    ([, machine]) => machine.Properties['StateMachineName'] === `sts-prep-${name}`,
  )?.[1].Properties;

  test('the definition that is deployed is the file as it stands', () => {
    expect(properties.DefinitionString).toBe(text);
  });

  test('every placeholder of the definition gets a value, and none is left over', () => {
    expect(Object.keys(properties.DefinitionSubstitutions).sort()).toEqual([...placeholders].sort());
  });

  test('a placeholder stands for the function of its name, but for the partition and the wait for an answer', () => {
    const { Partition: partition, LambdaWaitForTaskToken, ...functions } = properties.DefinitionSubstitutions;
    if (placeholders.has('LambdaWaitForTaskToken'))
      expect(LambdaWaitForTaskToken).toEqual({
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':states:::lambda:invoke.waitForTaskToken']],
      });
    expect(partition).toEqual(placeholders.has('Partition') ? { Ref: 'AWS::Partition' } : undefined);
    for (const [placeholder, arn] of Object.entries(functions)) {
      expect(arn).toEqual({
        'Fn::GetAtt': [expect.stringMatching(new RegExp(`^Functions${placeholder}[0-9A-F]{8}$`)), 'Arn'],
      });
    }
  });

  test('it is a standard workflow, traced, and logs every event but no data', () => {
    expect(properties).toMatchObject({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });

  test('its log group keeps clear of the limit on log resource policies and forgets after a year', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: `/aws/vendedlogs/states/sts-prep-${name}`,
      RetentionInDays: 365,
    });
  });

  test('its role may invoke the functions of the definition, log and trace, and nothing else', () => {
    const statements = policiesOf(template, properties.RoleArn['Fn::GetAtt'][0]);
    const invoke = statements.find(({ Action }) => Action === 'lambda:InvokeFunction');
    const constants = ['Partition', 'LambdaWaitForTaskToken'];
    const functions = [...placeholders].filter((placeholder = '') => !constants.includes(placeholder));
    expect(invoke?.Resource).toHaveLength(functions.length);
    const others = statements.filter((statement) => statement !== invoke).flatMap(({ Action }) => Action);
    const besides = others.filter((action) => !/^(logs|xray):/.test(action));
    expect(besides).toEqual(BESIDES[name]);
  });

  test('its role serves this state machine of this account only', () => {
    const role = resources(template, 'AWS::IAM::Role').find(
      ([id]) => id === properties.RoleArn['Fn::GetAtt'][0],
    )?.[1];
    const [{ Condition }] = role?.Properties.AssumeRolePolicyDocument.Statement ?? [];
    expect(plain(template, Condition)).toEqual({
      StringEquals: { 'aws:SourceAccount': ACCOUNT },
      // For a Distributed Map's child executions Step Functions adds to the name of the machine.
      ArnLike: { 'aws:SourceArn': name === 'audit' ? `${own(name)}*` : own(name) },
    });
  });
});

test('the audit of a large fleet runs executions of its own state machine, and reads its own list', () => {
  const [[roleId] = []] = resources(template, 'AWS::IAM::Role').filter(([id]) => id.startsWith('AuditRole'));
  const statements = policiesOf(template, roleId ?? '');
  const may = (action: string, resource: string, context = {}) =>
    isAllowed(statements, { action, resource, context });
  const execution = own('audit').replace(':stateMachine:', ':execution:');
  expect(may('states:StartExecution', own('audit'))).toBe(true);
  expect(may('states:StartExecution', own('prepare'))).toBe(false);
  for (const action of ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution']) {
    expect(may(action, `${execution}/AuditFleet:1234`)).toBe(true);
    expect(may(action, `${execution.replace('audit', 'prepare')}:run-1`)).toBe(false);
  }
  const list = `arn:aws:s3:::sts-prep-output-${ACCOUNT}-eu-central-1/audits/runs/audit-1/clusters.json`;
  expect(may('s3:GetObject', list)).toBe(true);
  expect(may('s3:GetObject', list.replace('audits/runs', 'clusters'))).toBe(false);
  const [[keyId] = []] = resources(template, 'AWS::KMS::Key');
  const key = plain(template, { 'Fn::GetAtt': [keyId, 'Arn'] }) as string;
  expect(may('kms:Decrypt', key, { 'kms:EncryptionContext:aws:s3:arn': list })).toBe(true);
  expect(may('kms:Decrypt', key)).toBe(false);
});

test('a placeholder that is neither a function nor the partition stops the synthesis', () => {
  const stack = new Stack(emptyApp());
  const make = (file: string) =>
    new Workflow(stack, file, {
      name: 'any',
      comment: '',
      file,
      functions: {},
      logRetention: RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  expect(() => make('audit.asl.json')).toThrow('There is no function for the placeholder ${AnnounceAudit}.');
});
