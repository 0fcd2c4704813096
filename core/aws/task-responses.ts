import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DecisionRefused } from '../domain/errors.ts';
import { CLIENT_DEFAULTS } from './clients.ts';
import { isAwsError } from './errors.ts';

/** Answers executions that wait with a token. Throws DecisionRefused where the one of that token waits no more. */
export interface TaskResponses {
  succeed(taskToken: string, output: object): Promise<void>;
  fail(taskToken: string, failure: { readonly error: string; readonly cause: string }): Promise<void>;
}

export function taskResponses(client = new SFNClient(CLIENT_DEFAULTS)): TaskResponses {
  const answered = async (sent: Promise<unknown>) => {
    try {
      await sent;
    } catch (error) {
      // Step Functions API Reference, SendTaskSuccess: the task is over, or its execution is.
      if (!isAwsError(error, 'TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken')) throw error;
      throw new DecisionRefused(
        'The run does not wait any more: it was decided before, nobody decided in time, or it was stopped.',
        { cause: error },
      );
    }
  };
  return {
    succeed: (taskToken, output) =>
      answered(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),
    fail: (taskToken, { error, cause }) =>
      // Both have limits: 256 and 32,768 characters.
      answered(client.send(new SendTaskFailureCommand({ taskToken, error, cause: cause.slice(0, 30_000) }))),
  };
}
