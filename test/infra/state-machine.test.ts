import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { policiesOf } from './iam-policy.ts';
import { resources, synthesise } from './synthesise.ts';

const template = synthesise();

describe.each(['prepare', 'undo'])('the state machine %s', (name) => {
  const text = readFileSync(new URL(`../../statemachine/${name}.asl.json`, import.meta.url), 'utf8');
  const placeholders = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder));
  const properties = resources(template, 'AWS::StepFunctions::StateMachine').find(
    ([, machine]) => machine.Properties['StateMachineName'] === `sts-prep-${name}`,
  )?.[1].Properties;

  test('the definition that is deployed is the file as it stands', () => {
    expect(properties.DefinitionString).toBe(text);
  });

  test('every placeholder of the definition gets a function, and none is left over', () => {
    expect(Object.keys(properties.DefinitionSubstitutions).sort()).toEqual([...placeholders].sort());
  });

  test('a placeholder stands for the function of its name', () => {
    for (const [placeholder, arn] of Object.entries(properties.DefinitionSubstitutions)) {
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
    expect(invoke?.Resource).toHaveLength(placeholders.size);
    const others = statements.filter((statement) => statement !== invoke).flatMap(({ Action }) => Action);
    for (const action of others) expect(action).toMatch(/^(logs|xray):/);
  });

  test('its role serves this state machine of this account only', () => {
    const role = resources(template, 'AWS::IAM::Role').find(
      ([id]) => id === properties.RoleArn['Fn::GetAtt'][0],
    )?.[1];
    expect(role?.Properties.AssumeRolePolicyDocument.Statement[0].Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      ArnEquals: { 'aws:SourceArn': expect.anything() },
    });
  });
});
