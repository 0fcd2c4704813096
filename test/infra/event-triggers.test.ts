import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { resources, synthesise } from './synthesise.ts';

const template = synthesise();
const [[queueId] = []] = resources(template, 'AWS::SQS::Queue');
const queue = { 'Fn::GetAtt': [queueId, 'Arn'] };
const startUndo = { 'Fn::GetAtt': [Match.stringLikeRegexp('^FunctionsStartUndo'), 'Arn'] };
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

test('every run that ends without success goes to StartUndo', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: [{ Ref: Match.stringLikeRegexp('^Prepare') }],
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
      },
    },
    Targets: [Match.objectLike({ Arn: startUndo })],
  });
});

test('a function that events start may be invoked by its own rule only', () => {
  const rules = resources(template, 'AWS::Events::Rule').map(([id, { Properties }]) => ({
    Action: 'lambda:InvokeFunction',
    FunctionName: Properties.Targets[0].Arn,
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [id, 'Arn'] },
  }));
  const permissions = resources(template, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
  expect(permissions).toHaveLength(2);
  expect(permissions).toEqual(expect.arrayContaining(rules));
});

test.each([
  ['StartRun', startRun],
  ['StartUndo', startUndo],
])('an event that does not reach %s goes to the dead-letter queue', (_name, arn) => {
  template.hasResourceProperties('AWS::Events::Rule', {
    Targets: [
      Match.objectLike({ Arn: arn, DeadLetterConfig: { Arn: queue }, RetryPolicy: Match.anyValue() }),
    ],
  });
});

test.each(['StartRun', 'StartUndo'])('an event that %s fails on goes to the dead-letter queue', (name) => {
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: Match.stringLikeRegexp(`^Functions${name}`) },
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
