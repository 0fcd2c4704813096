import type { Executions } from '../../../functions/aws/executions.ts';

/** Step Functions in memory: the executions with these ARNs are running, all others have ended. */
export function fakeExecutions(...running: string[]): Executions {
  return { isRunning: async (arn) => running.includes(arn) };
}
