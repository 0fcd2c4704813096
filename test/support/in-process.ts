import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { type StateMachine as Definition, StateMachine } from 'aws-local-stepfunctions';
import { functionFile } from '../../infra/function-files.ts';

/** The state machine file as it is deployed. */
export const PREPARE_ASL = new URL('../../statemachine/prepare.asl.json', import.meta.url);
export const PLAN_ASL = new URL('../../statemachine/plan.asl.json', import.meta.url);
export const DELETE_ASL = new URL('../../statemachine/delete.asl.json', import.meta.url);
export const AUDIT_ASL = new URL('../../statemachine/audit.asl.json', import.meta.url);

export type TaskHandler = (event: unknown, context: Context) => Promise<unknown>;

/**
 * Calls a task's real handler; tests replace it to add faults before or after. What it answers for a function that is given a
 * token is what somebody answers with that token.
 */
export type Intercept = (
  functionName: string,
  event: unknown,
  call: () => Promise<unknown>,
) => Promise<unknown>;

export interface Outcome {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly error?: string;
  readonly cause?: string;
  readonly output?: unknown;
  /** States in the order they were entered; those inside a Map are left out. */
  readonly states: readonly string[];
}

export interface ExecutionInput {
  readonly operation: string;
  readonly bundle: { readonly bucket: string; readonly key: string; readonly versionId?: string };
}

interface RunOptions {
  /** Milliseconds after which a function is tried again that could not be started. */
  readonly startPause?: number;
}

interface AslState {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: { readonly FunctionName?: string };
  readonly ItemProcessor?: { readonly States: Record<string, AslState> };
}

/**
 * Runs the prepare machine in this process; see `runMachine`.
 *
 * @param arn ARN of the execution; of one that AWS knows, where it matters to others whether it is running.
 */
export function runInProcess(
  name: string,
  input: ExecutionInput,
  intercept?: Intercept,
  arn = `arn:aws:states:us-east-1:000000000000:execution:prepare:${name}`,
  options: RunOptions = {},
): Promise<Outcome> {
  return runMachine(PREPARE_ASL, name, input, arn, intercept, options);
}

/**
 * Runs a deployed state machine file in this process, with the real handlers and an independent
 * interpreter. Waits and pauses between retries take no time.
 */
export async function runMachine(
  file: URL,
  name: string,
  input: object,
  arn: string,
  intercept: Intercept = (_name, _event, call) => call(),
  { startPause = 0 }: RunOptions = {},
): Promise<Outcome> {
  const text = readFileSync(file, 'utf8');
  const functionNames = new Map<string, string>();
  const definition = JSON.parse(
    text.replace(
      /"\$\{(\w+)\}"/g,
      (_match, placeholder: string) =>
        `"arn:aws:lambda:us-east-1:000000000000:function:${kebab(placeholder)}"`,
    ),
  );
  for (const [state, functionName] of taskStates(definition.States)) functionNames.set(state, functionName);

  const machine = new StateMachine(definition as ConstructorParameters<typeof Definition>[0], {
    // The contract tests do it, for all files of tests; it takes longer than a whole run.
    validationOptions: { noValidate: true },
  });
  const tasks = Object.fromEntries(
    await Promise.all(
      [...functionNames].map(async ([state, functionName]) => {
        const { handler } = (await import(functionFile(functionName))) as {
          handler: TaskHandler;
        };
        const override = (given: unknown) => {
          const event = waitsForToken(given) ? given.Payload : given;
          return intercept(functionName, event, () => handler(event, lambdaContext(functionName)));
        };
        return [state, override] as const;
      }),
    ),
  );
  const pauses = Object.fromEntries([...functionNames.keys()].map((state) => [state, [0, 0, startPause]]));
  const execution = machine.run(
    input as never,
    {
      overrides: {
        taskResourceLocalHandlers: tasks as never,
        retryIntervalOverrides: pauses,
        waitTimeOverrides: {
          WaitForCluster: 20,
          WaitForIamConsistency: 0,
          WaitForProviderConsistency: 0,
          WaitForBucketConsistency: 0,
        },
      },
      context: {
        Execution: {
          Id: arn,
          Name: name,
          StartTime: new Date().toISOString(),
          Input: input,
        },
        Task: { Token: `token-of-${name}` },
      },
    } as never,
  );
  const states: string[] = [];
  const following = (async () => {
    for await (const event of execution.eventLogs) {
      const { type, state } = event as { type: string; state?: { name: string } };
      if (type === 'StateEntered' && state !== undefined && state.name in definition.States)
        states.push(state.name);
    }
  })();
  try {
    const output = await execution.result;
    await following;
    return { status: 'SUCCEEDED', output, states };
  } catch (failure) {
    await following.catch(() => undefined);
    // The interpreter wraps what the Fail state says.
    const { name: error, message: cause } = ((failure as Error).cause ?? failure) as Error;
    return { status: 'FAILED', error, cause, states };
  }
}

function* taskStates(states: Record<string, AslState>): Generator<[string, string]> {
  for (const [name, state] of Object.entries(states)) {
    if (state.Type === 'Task' && state.Resource !== undefined)
      yield [name, (state.Parameters?.FunctionName ?? state.Resource).split(':').at(-1) ?? ''];
    if (state.ItemProcessor !== undefined) yield* taskStates(state.ItemProcessor.States);
  }
}

/** A state that waits for a token is a service integration, which gives the function its payload. */
function waitsForToken(given: unknown): given is { readonly Payload: unknown } {
  return typeof given === 'object' && given !== null && 'FunctionName' in given && 'Payload' in given;
}

/** `CreateKeyPair` is `create-key-pair`: function folders are named like the states they serve. */
export function kebab(name: string): string {
  return name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
}

function lambdaContext(functionName: string): Context {
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: '00000000-0000-0000-0000-000000000000',
    logGroupName: functionName,
    logStreamName: 'in-process',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => 60_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
