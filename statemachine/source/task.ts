import { AwsThrottled, AwsUnavailable, NotYetConsistent } from '../../core/domain/errors.ts';
import type { FunctionName } from '../../core/runtime/environment.ts';
import { pascalCase, timeLimit } from '../../core/runtime/function.ts';
import type { Catcher, Retrier, State } from './asl.ts';

/** What Step Functions calls a state that takes longer than it may. */
export const TIMEOUT = 'States.Timeout';

/** Faults that may be gone at the next try, and no others. One rule for all tasks: every one can be repeated. */
const RETRY: readonly Retrier[] = [
  {
    ErrorEquals: [new NotYetConsistent().name],
    IntervalSeconds: 4,
    BackoffRate: 1.5,
    MaxAttempts: 10,
    MaxDelaySeconds: 20,
    JitterStrategy: 'FULL',
  },
  {
    ErrorEquals: [
      new AwsThrottled().name,
      new AwsUnavailable().name,
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.Unknown',
      'Runtime.ExitError',
      'Sandbox.Timedout',
      TIMEOUT,
    ],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 5,
    MaxDelaySeconds: 20,
    JitterStrategy: 'FULL',
  },
  // Lambda starts no more functions for now. A new account runs ten at once, and the Maps of this have forty under way; what
  // else the account runs takes its share too.
  {
    ErrorEquals: ['Lambda.TooManyRequestsException'],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 10,
    MaxDelaySeconds: 45,
    JitterStrategy: 'FULL',
  },
];

type Fields = Pick<
  State,
  'Comment' | 'Parameters' | 'ResultSelector' | 'ResultPath' | 'OutputPath' | 'Catch' | 'Next' | 'End'
>;

/** A state that calls a function, retried like all others. */
export function task(name: FunctionName, { Comment, Catch, Next, End, ...data }: Fields): State {
  return {
    Comment,
    Type: 'Task',
    Resource: placeholder(name),
    ...data,
    TimeoutSeconds: stateTimeout(name),
    Retry: RETRY,
    Catch,
    Next,
    End,
  };
}

/** The placeholder of what Step Functions calls the call of a function that somebody answers later. */
export const WAIT_FOR_TASK_TOKEN = 'LambdaWaitForTaskToken';

/**
 * A state that calls a function and waits until somebody answers with the token that the function was given. It is not tried
 * again when nobody did in time, which is what its only time limit is for.
 *
 * @param seconds How long it waits.
 */
export function waitingTask(
  name: FunctionName,
  seconds: number,
  { Comment, Parameters, Catch, Next, ...data }: Fields,
): State {
  return {
    Comment,
    Type: 'Task',
    Resource: `\${${WAIT_FOR_TASK_TOKEN}}`,
    Parameters: { FunctionName: placeholder(name), Payload: { ...Parameters, 'token.$': '$$.Task.Token' } },
    ...data,
    TimeoutSeconds: seconds,
    Retry: RETRY.map((retrier) => ({
      ...retrier,
      ErrorEquals: retrier.ErrorEquals.filter((error) => error !== TIMEOUT),
    })),
    Catch,
    Next,
  };
}

/** What stands for a function's ARN until the state machine is deployed. */
export function placeholder(name: FunctionName): string {
  return `\${${pascalCase(name)}}`;
}

/** A quarter above the function's own limit, in half minutes: a slow call is the function's error and not the state's. */
function stateTimeout(name: FunctionName): number {
  return Math.ceil((timeLimit(name) * 1.25) / 30) * 30;
}

/** Where a state goes on, whatever it fails with. `States.ALL` leaves out the first. */
export function caughtBy(Next: string, ResultPath = '$.error'): { readonly Catch: readonly Catcher[] } {
  return {
    Catch: ['States.DataLimitExceeded', 'States.ALL'].map((name) => ({
      ErrorEquals: [name],
      ResultPath,
      Next,
    })),
  };
}
