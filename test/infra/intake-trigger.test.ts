import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { resources, synthesise } from './synthesise.ts';

const template = synthesise();
const [[queueId] = []] = resources(template, 'AWS::SQS::Queue');
const queue = { 'Fn::GetAtt': [queueId, 'Arn'] };
const startRun = { 'Fn::GetAtt': [Match.stringLikeRegexp('^FunctionsStartRun'), 'Arn'] };

test('every object that arrives in the intake bucket starts StartRun', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [{ Ref: Match.stringLikeRegexp('^Intake') }] } },
    },
    Targets: [Match.objectLike({ Arn: startRun })],
  });
});

test('only that rule may invoke StartRun', () => {
  const [[ruleId] = []] = resources(template, 'AWS::Events::Rule');
  expect(resources(template, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties)).toEqual([
    {
      Action: 'lambda:InvokeFunction',
      FunctionName: expect.anything(),
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
    },
  ]);
});

test('an event that does not reach the function goes to the dead-letter queue', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    Targets: [Match.objectLike({ DeadLetterConfig: { Arn: queue }, RetryPolicy: Match.anyValue() })],
  });
});

test('an event that the function fails on goes to the dead-letter queue', () => {
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: Match.stringLikeRegexp('^FunctionsStartRun') },
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: queue } },
  });
});

test('the dead-letter queue is encrypted, refuses requests without TLS and keeps two weeks', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    SqsManagedSseEnabled: true,
    MessageRetentionPeriod: 14 * 24 * 3600,
  });
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});
