import { readdirSync, readFileSync } from 'node:fs';

/** The parts of the Amazon States Language that these files use. */
export interface State {
  readonly Type: 'Task' | 'Map' | 'Choice' | 'Pass' | 'Wait' | 'Succeed' | 'Fail';
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly Catcher[];
  readonly Retry?: readonly Retrier[];
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Seconds?: number;
  readonly MaxConcurrency?: number;
  readonly ResultPath?: string | null;
  readonly ErrorPath?: string;
  readonly CausePath?: string;
  readonly ItemProcessor?: StateMachine;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string;
  readonly Next: string;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds: number;
  readonly JitterStrategy: string;
}

export interface StateMachine {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

const FOLDER = new URL('../../statemachine/', import.meta.url);

/** All state machine files by name: `prepare`, `undo`. */
export const MACHINES: Readonly<Record<string, StateMachine>> = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.asl.json'))
    .map((file) => [file.replace('.asl.json', ''), JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))]),
);

/** One machine by name. */
export function machineOf(name: string): StateMachine {
  const machine = MACHINES[name];
  if (machine === undefined) throw new RangeError(`There is no state machine ${name}.`);
  return machine;
}

/** One state by name. */
export function stateOf(machine: StateMachine, name: string): State {
  const state = machine.States[name];
  if (state === undefined) throw new RangeError(`There is no state ${name}.`);
  return state;
}

/** All states with their names, those inside a Map too. */
export function allStates(machine: StateMachine): [string, State][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] satisfies [string, State],
    ...(state.ItemProcessor === undefined ? [] : allStates(state.ItemProcessor)),
  ]);
}

/** States that may follow one. */
export function following({ Next, Default, Choices = [], Catch = [] }: State): string[] {
  return [
    ...[Next, Default].filter((next) => next !== undefined),
    ...[...Choices, ...Catch].map(({ Next }) => Next),
  ];
}

/** States that can be reached from one, itself included. */
export function reachable(machine: StateMachine, from: string): Set<string> {
  const seen = new Set<string>();
  const waiting = [from];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    waiting.push(...following(stateOf(machine, name)));
  }
  return seen;
}

/** `CreateKeyPair` is the function `create-key-pair`. */
export function kebab(name: string): string {
  return name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
}
