import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  executionArn,
  executionHistory,
  executionStarter,
  executions,
} from '../../../core/aws/executions.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const sfn = mockClient(SFNClient);
// Files share a process, and others ask a server.
afterAll(() => sfn.restore());
const client = sfn as unknown as SFNClient;

beforeEach(() => {
  sfn.reset();
});

describe('starting an execution', () => {
  const start = () => executionStarter(client).start('machine', { name: 'n', input: '{}' });

  it('sends name and input as they are', async () => {
    sfn.on(StartExecutionCommand).resolves({ executionArn: 'arn', startDate: new Date(0) });
    await expect(start()).resolves.toEqual({ started: true, name: 'n' });
    expect(sfn.calls().map(({ args }) => args[0].input)).toEqual([
      { stateMachineArn: 'machine', name: 'n', input: '{}' },
    ]);
  });

  it('starts nothing when one of that name was started before, and that is no error', async () => {
    sfn.on(StartExecutionCommand).rejects(sdkError('ExecutionAlreadyExists'));
    await expect(start()).resolves.toEqual({ started: false, name: 'n' });
  });

  it('throws what else AWS says', async () => {
    sfn.on(StartExecutionCommand).rejects(sdkError('StateMachineDoesNotExist'));
    await expect(start()).rejects.toThrow('StateMachineDoesNotExist');
  });
});

describe('the status of an execution', () => {
  it('is what Step Functions says', async () => {
    sfn.on(DescribeExecutionCommand, { executionArn: 'arn' }).resolves({ status: 'TIMED_OUT' });
    await expect(executions(client).status('arn')).resolves.toBe('TIMED_OUT');
  });

  it.each(['ExecutionDoesNotExist', 'InvalidArn'])('is none when Step Functions says %s', async (name) => {
    sfn.on(DescribeExecutionCommand).rejects(sdkError(name));
    await expect(executions(client).status('arn')).resolves.toBeUndefined();
  });

  it('is not known when Step Functions does not answer', async () => {
    sfn.on(DescribeExecutionCommand).rejects(sdkError('ThrottlingException'));
    await expect(executions(client).status('arn')).rejects.toThrow();
  });
});

describe('what an execution had as it left a state', () => {
  const left = (name: string, output: string) => ({
    timestamp: new Date(0),
    type: 'TaskStateExited' as const,
    id: 1,
    stateExitedEventDetails: { name, output },
  });

  it('is in its history, on whatever page', async () => {
    sfn
      .on(GetExecutionHistoryCommand)
      .resolvesOnce({ events: [left('Lock', '{"a":0}')], nextToken: 'more' })
      .resolvesOnce({ events: [left('PlanChanges', '{"a":1}')], nextToken: 'more' });
    await expect(executionHistory(client).outputOf('arn', 'PlanChanges')).resolves.toEqual({ a: 1 });
    expect(sfn.calls()).toHaveLength(2);
  });

  it('is nothing where it never left it', async () => {
    sfn.on(GetExecutionHistoryCommand).resolves({ events: [left('Lock', '{}')] });
    await expect(executionHistory(client).outputOf('arn', 'PlanChanges')).resolves.toBeUndefined();
  });

  it('is not known when Step Functions does not answer', async () => {
    sfn.on(GetExecutionHistoryCommand).rejects(sdkError('ExecutionDoesNotExist'));
    await expect(executionHistory(client).outputOf('arn', 'PlanChanges')).rejects.toThrow();
  });
});

it('the ARN of an execution follows from its machine and its name', () => {
  expect(executionArn('arn:aws-cn:states:cn-north-1:123456789012:stateMachine:undo', 'run-1-undo')).toBe(
    'arn:aws-cn:states:cn-north-1:123456789012:execution:undo:run-1-undo',
  );
});
