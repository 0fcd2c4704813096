import { SFNClient, TestStateCommand, type TestStateInput } from '@aws-sdk/client-sfn';
import pMap from 'p-map';
import { describe, expect, inject, it } from 'vitest';
import type { State } from '../../statemachine/source/asl.ts';
import { CONTEXT, ENDS, FAILS, INPUT, MAPS, OTHERS, TASKS } from '../contract/arrows.ts';
import { allStates, machineOf } from '../contract/asl.ts';
import { ERRORS } from '../contract/error-pauses.ts';

/**
 * The arrows of `test/contract/arrows.ts` by Step Functions' TestState, which takes one state and says what
 * follows. The emulator's knows Catch but neither Retry nor Maps, so it is asked for what is caught at once.
 *
 * AWS's knows all. It makes nothing, calls no function and costs nothing, but it needs credentials that may call
 * `states:TestState`, so it is asked only when told to:
 *
 *   STS_PREP_TEST_STATE_ON_AWS=true AWS_REGION=eu-central-1 npx vitest run test/integration/test-state.test.ts
 */
const ON_AWS = process.env['STS_PREP_TEST_STATE_ON_AWS'] === 'true';

type Ask = (state: State, input: object, more?: Partial<TestStateInput>) => Promise<string>;

/** Asks what follows a state. An error that is tried again is told with its pause. */
function asking(client: SFNClient): Ask {
  return async (state, input, more) => {
    const definition = JSON.stringify(state)
      .replaceAll('${Partition}', 'aws')
      .replaceAll('${LambdaWaitForTaskToken}', 'arn:aws:states:::lambda:invoke.waitForTaskToken')
      .replace(/\$\{(\w+)\}/g, 'arn:aws:lambda:us-east-1:123456789012:function:$1');
    const { status, nextState, error, inspectionData } = await client.send(
      new TestStateCommand({
        definition,
        input: JSON.stringify({ ...INPUT, ...input }),
        inspectionLevel: 'DEBUG',
        ...more,
      }),
    );
    if (status === 'FAILED') return `${FAILS} ${error}`;
    if (status === 'RETRIABLE') return `again ${inspectionData?.errorDetails?.retryBackoffIntervalSeconds}`;
    return nextState ?? ENDS;
  };
}

const succeeding = (result: unknown): Partial<TestStateInput> => ({
  context: JSON.stringify(CONTEXT),
  mock: { result: JSON.stringify(result), fieldValidationMode: 'NONE' },
});
const failing = (error: string, retries = 0): Partial<TestStateInput> => ({
  context: JSON.stringify(CONTEXT),
  mock: { errorOutput: { error, cause: 'a failure' }, fieldValidationMode: 'NONE' },
  stateConfiguration: { retrierRetryCount: retries },
});
const failed = (next: string, error: string) => (next === FAILS ? `${FAILS} ${error}` : next);

const rowsOf = <Entry>(tables: Readonly<Record<string, Readonly<Record<string, Entry>>>>) =>
  Object.entries(tables).flatMap(([machine, table]) => {
    const states = new Map(allStates(machineOf(machine)));
    return Object.entries(table).map(
      ([name, entry]) => [machine, name, states.get(name) as State, entry] as const,
    );
  });

const tasks = rowsOf(TASKS);
const maps = rowsOf(MAPS);
/** TestState waits as long as a Wait says, and there is no arrow to choose. */
const others = rowsOf(OTHERS).filter(([, , { Type }]) => Type !== 'Wait');

describe("the emulator's TestState", () => {
  const ask = asking(
    new SFNClient({
      endpoint: inject('endpoint'),
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      disableHostPrefix: true,
    }),
  );

  it.each(tasks)(
    'in %s goes on from %s when it succeeds and when it fails',
    async (_, _name, state, arrows) => {
      const [success, failure] = arrows;
      expect(await ask(state, {}, succeeding({}))).toBe(success);
      for (const error of ['States.DataLimitExceeded', 'ResourceConflict'])
        expect(await ask(state, {}, failing(error)), error).toBe(failed(failure, error));
    },
  );

  it.each(others)('in %s goes on from %s as its input says', async (_, _name, state, cases) => {
    for (const [input, next] of cases) expect(await ask(state, input), JSON.stringify(input)).toBe(next);
  });
});

describe('the TestState of AWS', { timeout: 600_000 }, () => {
  if (!ON_AWS) return it.skip('is not asked: STS_PREP_TEST_STATE_ON_AWS is not true');
  // As many calls as there are attempts in the table; the service allows a few a second.
  const ask = asking(new SFNClient({ retryMode: 'adaptive', maxAttempts: 20 }));

  it.each(tasks)(
    'in %s goes on from %s by name, after the pauses of each error',
    async (_, _name, state, arrows) => {
      const [success, failure, nobodyCame] = arrows;
      expect(await ask(state, {}, succeeding({}))).toBe(success);
      const attempts = Object.entries(ERRORS).flatMap(([error, pauses]) => {
        const isWait = nobodyCame !== undefined && error === 'States.Timeout';
        return [...(isWait ? [] : pauses), undefined].map((pause, retries) => ({ error, pause, retries }));
      });
      await pMap(
        attempts,
        async ({ error, pause, retries }) => {
          const answer = await ask(state, {}, failing(error, retries));
          const title = `${error}, attempt ${retries + 1}`;
          const end = error === 'States.Timeout' ? (nobodyCame ?? failure) : failure;
          if (pause === undefined) return expect(answer, title).toBe(failed(end, error));
          expect(answer, title).toMatch(/^again [\d.]+$/);
          expect(Number(answer.split(' ')[1]), title).toBeLessThanOrEqual(pause);
        },
        { concurrency: 4 },
      );
    },
  );

  it.each(maps)('in %s goes on from %s, a Map, which is not tried again', async (_, _name, state, arrows) => {
    const [success, failure] = arrows;
    expect(await ask(state, {}, succeeding([]))).toBe(success);
    for (const error of Object.keys(ERRORS))
      expect(await ask(state, {}, failing(error)), error).toBe(failed(failure, error));
  });

  it.each(others)('in %s goes on from %s as its input says', async (_, _name, state, cases) => {
    for (const [input, next] of cases) expect(await ask(state, input), JSON.stringify(input)).toBe(next);
  });
});
