import { describe, expect, it } from 'vitest';
import { MAX_CREDENTIALS_REQUESTS } from '../../core/domain/role-checks.ts';
import { timeLimit } from '../../core/runtime/function.ts';
import { LOCK_WAIT_LIMIT_MS } from '../../core/usecases/lock/lock.ts';
import type { Retrier, State, StateGraph } from '../../statemachine/source/asl.ts';
import { following, MACHINES, machineOf, stateOf, waitsForAnswer } from './asl.ts';

/** As many as a run takes; a Map does MaxConcurrency of them at a time. */
const ROLES = MAX_CREDENTIALS_REQUESTS;

/** Longest pause between two tries for the lock. */
const LOCK_PAUSE_SECONDS = 30;

/** Seconds that a call of a function behind a token may take: its time limit. */
const LONGEST_CALL = timeLimit('ask-for-approval');

function waits({ IntervalSeconds, BackoffRate, MaxAttempts, MaxDelaySeconds }: Retrier): number {
  const pauses = Array.from({ length: MaxAttempts }, (_, n) => IntervalSeconds * BackoffRate ** n);
  return pauses.reduce((sum, pause) => sum + Math.min(pause, MaxDelaySeconds), 0);
}

/** IAM's "not yet" and Lambda's "too many" come at once, so such an attempt costs its wait; any other may take until its time limit. */
function attempts({ ErrorEquals, MaxAttempts }: Retrier): number {
  const isAnsweredAtOnce = ['NotYetConsistent', 'Lambda.TooManyRequestsException'].some((name) =>
    ErrorEquals.includes(name),
  );
  return isAnsweredAtOnce ? 0 : MaxAttempts;
}

/** The most that one state can take, in seconds. */
function worst(state: State): number {
  const { Retry = [], TimeoutSeconds = 0, Seconds = 0, ItemProcessor, MaxConcurrency = 1 } = state;
  if (ItemProcessor !== undefined)
    return Math.ceil(ROLES / MaxConcurrency) * longest(ItemProcessor, ItemProcessor.StartAt);
  const tries = 1 + Retry.reduce((sum, retrier) => sum + attempts(retrier), 0);
  // Before the wait for somebody, which there is but one of, it is the function that may be called again.
  if (waitsForAnswer(state))
    return TimeoutSeconds + tries * LONGEST_CALL + Retry.reduce((sum, retrier) => sum + waits(retrier), 0);
  return Seconds + tries * TimeoutSeconds + Retry.reduce((sum, retrier) => sum + waits(retrier), 0);
}

/** What is known of a machine so far: there are more ways through it than anybody can walk. */
const known = new WeakMap<StateGraph, Map<string, number>>();

/** The longest way from a state to an end. */
function longest(machine: StateGraph, name: string): number {
  const ways = known.get(machine) ?? new Map<string, number>();
  known.set(machine, ways);
  const way = ways.get(name) ?? longestAnew(machine, name);
  ways.set(name, way);
  return way;
}

/** The only loop is the one for the lock, which keeps its own limit. */
function longestAnew(machine: StateGraph, name: string): number {
  const state = stateOf(machine, name);
  if (name === 'WaitForCluster')
    return (
      LOCK_WAIT_LIMIT_MS / 1_000 +
      LOCK_PAUSE_SECONDS +
      longest(machine, 'PlanChanges' in machine.States ? 'PlanChanges' : 'PlanDeletion')
    );
  return worst(state) + Math.max(0, ...following(state).map((next) => longest(machine, next)));
}

describe.each(Object.entries(MACHINES))('the time budget of %s', (_, machine) => {
  it('is enough for all attempts of all states, on the longest way forward and back', () => {
    expect(longest(machine, machine.StartAt)).toBeLessThan(machine.TimeoutSeconds ?? 0);
  });
});

it('the longest way of preparing waits for the lock, fails at the end and goes back to the beginning', () => {
  const machine = machineOf('prepare');
  const way = (name: string): string[] => {
    const [next] = following(stateOf(machine, name)).sort(
      (a, b) => longest(machine, b) - longest(machine, a),
    );
    return [name, ...(next === undefined ? [] : way(name === 'WaitForCluster' ? 'PlanChanges' : next))];
  };
  expect(way(machine.StartAt)).toEqual(
    expect.arrayContaining([
      'WaitForCluster',
      'CreateRoles',
      'PublishReport',
      'UndoSecrets',
      'UndoKeyPair',
      'UnlockAfterFailure',
    ]),
  );
});
