import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CLIENT_DEFAULTS } from './clients.ts';
import { ignoreNotFound, isAwsError } from './errors.ts';

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
        if (isAwsError(error, 'ExecutionAlreadyExists')) return { started: false, name };
        throw error;
      }
    },
  };
}

export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE';

export interface Executions {
  /** Status of an execution; undefined when Step Functions does not know it (it forgets them after 90 days). */
  status(arn: string): Promise<ExecutionStatus | undefined>;
}

export function executions(client = new SFNClient(CLIENT_DEFAULTS)): Executions {
  return {
    async status(arn) {
      const answer = await ignoreNotFound(
        client.send(new DescribeExecutionCommand({ executionArn: arn })),
        'ExecutionDoesNotExist',
        'InvalidArn',
      );
      return answer?.status;
    },
  };
}

/** ARN that an execution of a state machine has, by its name. */
export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
