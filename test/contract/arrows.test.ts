import { StateMachine } from 'aws-local-stepfunctions';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as errors from '../../core/domain/errors.ts';
import { ROLE_DONE } from '../../core/domain/role-outcome.ts';
import type { State } from '../../statemachine/source/asl.ts';
import { type Arrows, CONTEXT, ENDS, FAILS, INPUT, MAPS, OTHERS, TASKS, WAITING_CONTEXT } from './arrows.ts';
import { allStates, following, MACHINES } from './asl.ts';
import { ERRORS, type Pauses } from './error-pauses.ts';

/**
 * Every arrow of every state machine, taken in the interpreter, one state at a time. The clock is not the
 * real one, so that the pauses between attempts cost nothing and are known.
 */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  // Full jitter is a share of the pause between nothing and all of it: all of it.
  vi.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const statesOf = (name: string) => new Map(allStates(MACHINES[name] as (typeof MACHINES)[string]));
const stateIn = (machine: string, name: string) => statesOf(machine).get(name) as State;

/** One state in a machine of its own, in which whatever follows tells its name and ends. */
function alone(name: string, state: State) {
  const next = following(state).map((each) => [
    each,
    { Type: 'Pass', Result: { next: each }, End: true } as const,
  ]);
  return new StateMachine(
    { StartAt: name, States: { [name]: state, ...Object.fromEntries(next) } } as never,
    // The files are valid, as another test says; to see that takes longer than all runs.
    { validationOptions: { noValidate: true } },
  );
}

/** Runs a machine to its end. Returns the state that followed, or how it ended without. */
async function nextState(machine: StateMachine, input: object, task?: () => Promise<unknown>, name = '') {
  const { result } = machine.run(
    input as never,
    { context: WAITING_CONTEXT, overrides: { taskResourceLocalHandlers: { [name]: task } } } as never,
  );
  try {
    const output = (await result) as { readonly next?: string } | string;
    return typeof output === 'object' ? (output.next ?? ENDS) : ENDS;
  } catch (error) {
    return `${FAILS} ${((error as Error).cause as Error).name}`;
  }
}

/** Lets the clock run to the next timer whenever nothing else is left to do. */
async function elapse<Answer>(work: Promise<Answer>): Promise<Answer> {
  let working = true;
  const done = work.finally(() => {
    working = false;
  });
  while (working) {
    await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersToNextTimer();
  }
  return done;
}

/** What becomes of a state whose task fails as often as it is told to, and then succeeds. */
async function taken(name: string, state: State, error: string, failures: number): Promise<string> {
  const starts: number[] = [];
  const next = await nextState(
    alone(name, state),
    INPUT,
    async () => {
      starts.push(Date.now());
      if (starts.length > failures) return {};
      // The interpreter keeps the time limit itself.
      if (error === 'States.Timeout') return new Promise(() => undefined);
      throw Object.assign(new Error('a failure'), { name: error });
    },
    name,
  );
  const limit = error === 'States.Timeout' ? (state.TimeoutSeconds ?? 0) : 0;
  return told(
    starts.slice(1).map((start, index) => (start - (starts[index] ?? 0)) / 1_000 - limit),
    next,
  );
}

const told = (pauses: Pauses, next: string) => [...pauses.map((pause) => `${pause} s`), next].join(', ');

/** Every way out of a state: success, each error for ever, and each error that is retried up to the last attempt. */
function ways(pausesOf: (error: string) => Pauses) {
  return Object.keys(ERRORS).flatMap((error) => {
    const pauses = pausesOf(error);
    const recovers = { way: `${error}, but for the last attempt`, error, failures: pauses.length, pauses };
    const fails = { way: error, error, failures: Number.POSITIVE_INFINITY, pauses };
    return pauses.length === 0 ? [fails] : [fails, recovers];
  });
}

async function compare(
  name: string,
  state: State,
  [success, failure, nobodyCame]: Arrows,
  pausesOf: (e: string) => Pauses,
) {
  const isWait = (error: string) => nobodyCame !== undefined && error === 'States.Timeout';
  const all = [
    { way: 'success', error: '', failures: 0, pauses: [] },
    ...ways((error) => (isWait(error) ? [] : pausesOf(error))),
  ];
  const actual = await elapse(
    Promise.all(
      all.map(async ({ way, error, failures }) => [way, await taken(name, state, error, failures)] as const),
    ),
  );
  const expected = all.map(({ way, error, failures, pauses }) => {
    const failed = isWait(error) ? (nobodyCame ?? '') : failure;
    const next = Number.isFinite(failures) ? success : failed;
    return [way, told(pauses, next === FAILS ? `${FAILS} ${error}` : next)] as const;
  });
  expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected));
}

describe.each(Object.keys(MACHINES))('in the state machine %s', (machine) => {
  const tasks = Object.entries(TASKS[machine] ?? {});
  it.each(tasks)('%s goes on by name, after the pauses of each error', async (name, arrows) => {
    await compare(name, stateIn(machine, name), arrows, (error) => ERRORS[error] ?? []);
  });

  // The interpreter has no way to make a Map fail, so a task takes its arrows.
  const maps = Object.entries(MAPS[machine] ?? {});
  it.for(maps)('%s, a Map, goes on by name and is not tried again', async ([name, arrows]) => {
    const { Retry, ...map } = stateIn(machine, name);
    expect(Retry).toBeUndefined();
    const { ResultSelector: _, ...state } = map;
    await compare(name, { ...state, Type: 'Task', Resource: 'any' }, arrows, () => []);
  });

  const others = Object.entries(OTHERS[machine] ?? {}).flatMap(([name, cases]) =>
    cases.map(([input, next, seconds = 0]) => [name, input, next, seconds] as const),
  );
  it.each(others)('%s with %j goes on with %s, %d s later', async (name, input, next, seconds) => {
    const began = Date.now();
    const state = stateIn(machine, name);
    expect(await elapse(nextState(alone(name, state), { ...INPUT, ...input }))).toBe(next);
    expect(Date.now() - began).toBe(seconds * 1_000);
  });
});

it.each<[string, (string | undefined)[], string[]]>([
  ['nothing when there is none to change', [], []],
  ['one word when all are done', [undefined, undefined], [ROLE_DONE]],
  ['an error name once', ['AccessDenied', undefined, 'AccessDenied'], ['AccessDenied', ROLE_DONE]],
  ['every error name', [undefined, 'AccessDenied', 'Slow'], [ROLE_DONE, 'AccessDenied', 'Slow']],
])('CreateRoles hands on %s', async (_, fates, outcomes) => {
  const { Next: _next, ...map } = stateIn('prepare', 'CreateRoles');
  const machine = new StateMachine(
    { StartAt: 'CreateRoles', States: { CreateRoles: { ...map, End: true } } } as never,
    { validationOptions: { noValidate: true } },
  );
  const CreateRole = async ({ role }: { readonly role: number }) => {
    if (fates[role] !== undefined) throw Object.assign(new Error('a failure'), { name: fates[role] });
    return { role: 'name' };
  };
  const { result } = machine.run(
    { ...INPUT, plan: { ...INPUT.plan, roles: fates.map((_fate, role) => role) } } as never,
    { context: CONTEXT, overrides: { taskResourceLocalHandlers: { CreateRole } } } as never,
  );
  expect(await result).toMatchObject({ roles: { outcomes } });
});

describe.each(Object.entries(MACHINES))('the tables of %s', (name, machine) => {
  const inTable = {
    ...TASKS[name],
    ...MAPS[name],
    ...Object.fromEntries(
      Object.entries(OTHERS[name] ?? {}).map(([state, cases]) => [state, cases.map(([, next]) => next)]),
    ),
  };

  it('have every state that goes on', () => {
    const goOn = allStates(machine).filter(([, { Type }]) => Type !== 'Succeed' && Type !== 'Fail');
    expect(Object.keys(inTable).sort()).toEqual(goOn.map(([state]) => state).sort());
    for (const [state, { Type }] of goOn) {
      const table = Type === 'Task' ? TASKS : Type === 'Map' ? MAPS : OTHERS;
      expect(table[name]).toHaveProperty(state);
    }
  });

  it('take every arrow, and no other', () => {
    for (const [state, definition] of allStates(machine)) {
      const taken = (inTable[state] ?? []).filter((next) => next !== FAILS && next !== ENDS);
      expect(new Set(taken), state).toEqual(new Set(following(definition)));
    }
  });

  it('have every error name that the machine knows', () => {
    const known = allStates(machine).flatMap(([, { Retry = [], Catch = [] }]) =>
      [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect(Object.keys(ERRORS)).toEqual(
      expect.arrayContaining(known.filter((error) => error !== 'States.ALL')),
    );
  });
});

it('the table of errors has every name that a task throws', () => {
  expect(Object.keys(ERRORS)).toEqual(expect.arrayContaining(Object.keys(errors)));
});
