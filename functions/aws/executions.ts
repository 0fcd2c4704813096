import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CLIENT_DEFAULTS } from './clients.ts';
import { hasCode, orUndefined } from './errors.ts';

export interface ExecutionStarter {
  /** Starts an execution unless one of that name was started before. */
  start(
    stateMachineArn: string,
    execution: { readonly name: string; readonly input: string },
  ): Promise<{ readonly started: boolean; readonly name: string }>;
}

export function executionStarter(client = new SFNClient(CLIENT_DEFAULTS)): ExecutionStarter {
  return {
    async start(stateMachineArn, { name, input }) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
        return { started: true, name };
      } catch (error) {
        // The same event once more, after the execution has ended.
        if (hasCode(error, 'ExecutionAlreadyExists')) return { started: false, name };
        throw error;
      }
    },
  };
}

export interface Executions {
  /** Whether an execution is at work; false when it has ended or is unknown. */
  isRunning(arn: string): Promise<boolean>;
}

export function executions(client = new SFNClient(CLIENT_DEFAULTS)): Executions {
  return {
    async isRunning(arn) {
      const answer = await orUndefined(
        client.send(new DescribeExecutionCommand({ executionArn: arn })),
        'ExecutionDoesNotExist',
        'InvalidArn',
      );
      return answer?.status === 'RUNNING' || answer?.status === 'PENDING_REDRIVE';
    },
  };
}
