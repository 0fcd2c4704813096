import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { runbookNames } from '../../scripts/runbook.ts';
import { resources, synthesise } from './synthesise.ts';

const template = synthesise({ alarmEmail: 'operators@example.com' });
const [[topicId] = []] = resources(template, 'AWS::SNS::Topic');

test.each([
  ['AWS/States', 'ExecutionsFailed'],
  ['AWS/States', 'ExecutionsTimedOut'],
  ['AWS/States', 'ExecutionsAborted'],
  ['AWS/States', 'ExecutionThrottled'],
  ['AWS/SQS', 'ApproximateNumberOfMessagesVisible'],
])('the first %s %s tells the operators', (Namespace, MetricName) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace,
    MetricName,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [{ Ref: topicId }],
  });
});

test.each(['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'])(
  'the operators are told of %s of a deletion too',
  (MetricName) => {
    const [id] =
      resources(template, 'AWS::StepFunctions::StateMachine').find(([name]) => name.startsWith('Delete')) ??
      [];
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName,
      Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: id } }],
      AlarmActions: [{ Ref: topicId }],
    });
  },
);

describe('of audits', () => {
  const alarm = (of: Template, metric: string) =>
    resources(of, 'AWS::CloudWatch::Alarm').find(
      ([id, { Properties }]) => id.startsWith('AuditAlarms') && Properties.MetricName === metric,
    )?.[1].Properties;

  test.each(['ExecutionsFailed', 'ExecutionsTimedOut'])('the first of %s tells the operators', (metric) => {
    expect(alarm(template, metric)).toMatchObject({
      Namespace: 'AWS/States',
      Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: expect.stringMatching(/^Audit/) } }],
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: topicId }],
    });
  });

  test.each(['ClustersNotReady', 'ClustersDrifted', 'ClustersUnknown'])(
    '%s tells the operators and stays until an audit says otherwise',
    (metric) => {
      const properties = alarm(template, metric);
      expect(properties).toMatchObject({
        Namespace: 'sts-prep',
        Statistic: 'Maximum',
        Threshold: 1,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'ignore',
        AlarmActions: [{ Ref: topicId }],
      });
      expect(properties.AlarmDescription).toContain('audits/latest/report.html');
    },
  );

  test.each([1, 2, 7])('none in %i days is told, within the limits of CloudWatch', (auditOverdueDays) => {
    const properties = alarm(synthesise({ auditOverdueDays }), 'ClustersAudited');
    expect(properties).toMatchObject({
      // Which an audit of some clusters does not write, and of which there is a sample though there be no cluster.
      Namespace: 'sts-prep',
      Statistic: 'SampleCount',
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      AlarmActions: [{ Ref: topicId }],
    });
    const days = (properties.Period * properties.EvaluationPeriods) / (24 * 3600);
    expect(days).toBe(auditOverdueDays);
    // An alarm that looks back for more than a day has periods of an hour at least.
    expect(properties.Period).toBeGreaterThanOrEqual(3600);
    expect(days).toBeLessThanOrEqual(7);
  });

  test('none is missed when none is scheduled', () => {
    expect(alarm(synthesise({ auditSchedule: 'off' }), 'ClustersAudited')).toBeUndefined();
  });
});

test('an alarm says what to look at', () => {
  for (const [, { Properties }] of resources(template, 'AWS::CloudWatch::Alarm')) {
    expect(Properties.AlarmDescription.length).toBeGreaterThan(40);
  }
});

test("the operators' topic is encrypted, refuses requests without TLS and admits this account's alarms", () => {
  template.hasResourceProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DataKey'), 'Arn'] },
  });
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]),
    },
  });
});

test('an e-mail address is subscribed when there is one, and only then', () => {
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'operators@example.com',
  });
  expect(resources(synthesise(), 'AWS::SNS::Subscription')).toEqual([]);
});

test('every alarm names a section of the runbook', () => {
  const alarms = resources(template, 'AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThan(10);
  for (const [id, { Properties }] of alarms) {
    const [, section = ''] = /Runbook: (\w+)\.$/.exec(String(Properties.AlarmDescription)) ?? [];
    expect(runbookNames(), `${id} names ${section}`).toContain(section);
  }
});
