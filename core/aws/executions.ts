import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { defined } from '../util/defined.ts';
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

export interface ExecutionHistory {
  /**
   * The execution's state as it left the state of a name, as its history has it; undefined when it never did. A state that
   * is redriven was not left before.
   */
  outputOf(arn: string, state: string): Promise<unknown>;
}

/** Throws what the SDK throws, ExecutionDoesNotExist too. */
export function executionHistory(client = new SFNClient(CLIENT_DEFAULTS)): ExecutionHistory {
  return {
    async outputOf(executionArn, state) {
      // The states of interest come early, and a page is of a thousand events at most.
      let nextToken: string | undefined;
      do {
        const page = await client.send(
          new GetExecutionHistoryCommand({ executionArn, maxResults: 500, ...defined({ nextToken }) }),
        );
        const { events = [] } = page;
        const left = events.find(({ stateExitedEventDetails }) => stateExitedEventDetails?.name === state);
        if (left !== undefined) return JSON.parse(left.stateExitedEventDetails?.output ?? 'null');
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return undefined;
    },
  };
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
