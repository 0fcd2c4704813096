import { describe, expect, test } from 'vitest';
import { ACCOUNT, plain, policiesOf } from './iam-policy.ts';
import { resources, synthesise } from './synthesise.ts';

const template = synthesise();
const [[, schedule] = []] = resources(template, 'AWS::Scheduler::Schedule');
const [[groupId, group] = []] = resources(template, 'AWS::Scheduler::ScheduleGroup');
const machine = { Ref: expect.stringMatching(/^Audit[0-9A-F]{8}$/) };

describe('the schedule', () => {
  test('starts an audit every day, at some time within a quarter of an hour', () => {
    expect(schedule?.Properties).toMatchObject({
      Name: 'sts-prep-audit',
      GroupName: 'sts-prep-audit',
      State: 'ENABLED',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: { Arn: machine, Input: '{"trigger":"schedule"}' },
    });
  });

  test('is alone in its group', () => {
    expect(group?.Properties.Name).toBe('sts-prep-audit');
    expect(resources(template, 'AWS::Scheduler::Schedule')).toHaveLength(1);
  });

  test('leaves what it could not start to the dead-letter queue', () => {
    const [[queueId] = []] = resources(template, 'AWS::SQS::Queue');
    expect(schedule?.Properties.Target).toMatchObject({
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queueId, 'Arn'] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 7200, MaximumRetryAttempts: 20 },
    });
  });

  test('takes the expression that is set, and its name is an output', () => {
    const weekdays = synthesise({ auditSchedule: 'cron(0 6 ? * MON-FRI *)' });
    weekdays.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 6 ? * MON-FRI *)',
    });
    expect(Object.keys(weekdays.findOutputs('AuditScheduleName'))).toEqual(['AuditScheduleName']);
  });

  test('is not there when it is switched off; audits are then started by hand and by uploads', () => {
    const off = synthesise({ auditSchedule: 'off' });
    for (const type of ['Schedule', 'ScheduleGroup'])
      expect(resources(off, `AWS::Scheduler::${type}`)).toEqual([]);
    expect(Object.keys(off.findOutputs('AuditScheduleName'))).toEqual([]);
    expect(Object.keys(off.findOutputs('AuditStateMachineArn'))).toEqual(['AuditStateMachineArn']);
  });
});

describe('its role', () => {
  const roleId = schedule?.Properties.Target.RoleArn['Fn::GetAtt'][0];
  const role = resources(template, 'AWS::IAM::Role').find(([id]) => id === roleId)?.[1].Properties;

  test('serves this group of this account only', () => {
    const [statement] = role.AssumeRolePolicyDocument.Statement;
    expect(statement.Principal).toEqual({ Service: 'scheduler.amazonaws.com' });
    expect(plain(template, statement.Condition.StringEquals)).toEqual({ 'aws:SourceAccount': ACCOUNT });
    expect(statement.Condition.ArnEquals).toEqual({ 'aws:SourceArn': { 'Fn::GetAtt': [groupId, 'Arn'] } });
    expect(role.Path).toBe('/sts-prep/');
  });

  test('may start audits and report what was lost, and nothing else', () => {
    expect(policiesOf(template, roleId)).toEqual([
      {
        Effect: 'Allow',
        Action: 'states:StartExecution',
        Resource: `arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:sts-prep-audit`,
      },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: expect.stringContaining('DeadLetters') },
    ]);
  });
});
