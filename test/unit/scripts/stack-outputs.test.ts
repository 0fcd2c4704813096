import { expect, test } from 'vitest';
import { parseOutputs } from '../../../scripts/local/stack-outputs.ts';

const outputs = {
  IntakeBucketName: 'intake',
  OutputBucketName: 'output',
  PrepareStateMachineArn: 'arn:prepare',
  AuditStateMachineArn: 'arn:audit',
  RotateKeyStateMachineArn: 'arn:rotate-key',
  OperatorsTopicArn: 'arn:topic',
  DecideRunFunctionArn: 'arn:decide-run',
  Version: '1.2.3',
};

test('buckets, every state machine, the function that takes decisions and the release are found', () => {
  expect(parseOutputs({ StsPrep: outputs })).toEqual({
    intakeBucket: 'intake',
    outputBucket: 'output',
    stateMachines: { prepare: 'arn:prepare', audit: 'arn:audit', 'rotate-key': 'arn:rotate-key' },
    decideRunArn: 'arn:decide-run',
    version: '1.2.3',
  });
});

test.each([
  undefined,
  {},
  { StsPrep: { ...outputs, IntakeBucketName: undefined } },
  { StsPrep: { ...outputs, AuditStateMachineArn: undefined } },
])('%o is refused', (file) => {
  expect(() => parseOutputs(file)).toThrow();
});
