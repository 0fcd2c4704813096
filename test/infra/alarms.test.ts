import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
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
