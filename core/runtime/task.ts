import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { isAwsError, isThrottling, isUnavailable } from '../aws/errors.ts';
import { AwsThrottled, AwsUnavailable, QuotaReached, TaskInputInvalid } from '../domain/errors.ts';
import type { FailureRecord } from '../storage/documents.ts';
import { recordFailureOfAudit, recordFailureOfRun } from '../storage/failure-records.ts';
import { visible } from '../util/visible.ts';
import { outputStore } from './buckets.ts';
import { type Environment, type FunctionName, readEnvironment, type TaskEnvironment } from './environment.ts';
import { workOf } from './work.ts';

/**
 * Makes the Lambda handler of one task: reads environment and input by their schemas, runs the logic, and
 * turns what it throws into a name that the state machine knows. Nothing of the input is logged but the
 * run and its cluster.
 *
 * @param name Function name; it selects the environment schema.
 * @param schema Schema of the task's input. A mismatch is thrown as TaskInputInvalid.
 * @param run The logic. Its result must be small and hold no secret: it becomes part of the execution's state.
 */
export function task<Name extends FunctionName, Input, Output>(
  name: Name,
  schema: z.ZodType<Input>,
  run: (input: Input, env: Environment<Name>) => Promise<Output>,
) {
  const logger = new Logger({ serviceName: 'sts-prep' });
  return middy()
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .use(runKeys(logger))
    .use(failures(name, logger))
    .handler(async (event: unknown, _context: Context): Promise<Output> => {
      const env = readEnvironment(name);
      const input = schema.safeParse(event);
      if (!input.success) {
        const wrong = input.error.issues
          .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
          .join('; ');
        throw new TaskInputInvalid(`The input of ${name} is not of its schema: ${wrong}`);
      }
      const output = await run(input.data, env);
      // A task's result is part of the execution's state, so there is nothing in it that a log must not hold.
      logger.info(`${name} done`, { result: output });
      return output;
    });
}

/** Puts run or audit, and the cluster, on every line of the log. */
function runKeys(logger: Logger): MiddlewareObj {
  return {
    before: ({ event }) => {
      const { run, audit, cluster } = workOf(event);
      if (run !== undefined) logger.appendKeys({ run: run.id, cluster: run.cluster?.name });
      if (audit !== undefined) logger.appendKeys({ audit: audit.id, cluster });
    },
  };
}

/** Names transient faults, logs the failure and keeps a record of it with the run. */
function failures(name: FunctionName, logger: Logger): MiddlewareObj {
  return {
    onError: async (request) => {
      if (!(request.error instanceof Error)) return;
      const error = named(request.error);
      const { name: errorName } = error;
      const message = visible(error.message);
      logger.error(`${name} failed`, { error: errorName, reason: message.slice(0, MESSAGE_LENGTH) });
      const record = { task: name, error: errorName, message, at: new Date().toISOString() };
      await keepRecord(name, request.event, record, logger);
      request.error = told(error, message);
    },
  };
}

/** Step Functions allows 32,768 characters for a cause, which holds a stack as well; the record has the whole message. */
const MESSAGE_LENGTH = 16_000;

/** The error with its message as it may stand in a console: what a stranger's text has of control characters is shown. */
function told(error: Error, message: string): Error {
  const isLong = message.length > MESSAGE_LENGTH;
  if (isLong || message !== error.message) {
    error.message = isLong
      ? `${message.slice(0, MESSAGE_LENGTH)}… (cut; the whole of it is in the run's failures folder)`
      : message;
    // The runtime reports the stack too, which begins with the message as it was.
    error.stack = `${error.name}: ${error.message}`;
  }
  return error;
}

function named(error: Error): Error {
  const text = `${error.name}: ${error.message}`;
  if (isThrottling(error)) return new AwsThrottled(text, { cause: error });
  if (isUnavailable(error)) return new AwsUnavailable(text, { cause: error });
  // IAM's and S3's names for "no more of these"; the message says of what, and how many.
  if (isAwsError(error, 'LimitExceeded', 'TooManyBuckets')) return new QuotaReached(text, { cause: error });
  return error;
}

async function keepRecord(name: FunctionName, event: unknown, record: FailureRecord, logger: Logger) {
  const { run, audit, role, cluster } = workOf(event);
  if (run?.cluster === undefined && audit === undefined) return;
  try {
    const store = outputStore(readEnvironment(name) as TaskEnvironment);
    if (audit !== undefined) await recordFailureOfAudit(audit.id, record, cluster, store);
    else if (run?.cluster !== undefined)
      await recordFailureOfRun({ id: run.id, cluster: run.cluster }, record, role, store);
  } catch (error) {
    // The error itself still reaches the state machine; only its copy is lost.
    logger.warn('The failure could not be recorded', { error: (error as Error).name });
  }
}
