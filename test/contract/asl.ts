import { readdirSync, readFileSync } from 'node:fs';
import type { State, StateGraph, StateMachine } from '../../statemachine/source/asl.ts';

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
export function stateOf(machine: StateGraph, name: string): State {
  const state = machine.States[name];
  if (state === undefined) throw new RangeError(`There is no state ${name}.`);
  return state;
}

/** All states with their names, those inside a Map too. */
export function allStates(machine: StateGraph): [string, State][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] satisfies [string, State],
    ...(state.ItemProcessor === undefined ? [] : allStates(state.ItemProcessor)),
  ]);
}

/** Whether a state waits until somebody answers with the token that its function was given. */
export function waitsForAnswer({ Resource = '' }: State): boolean {
  return Resource === '${LambdaWaitForTaskToken}';
}

/** The function that a task calls, by its placeholder; empty where it calls none. */
export function calledBy({ Resource = '', Parameters }: State): string {
  const name = Parameters !== undefined && 'FunctionName' in Parameters ? Parameters.FunctionName : Resource;
  return /^\$\{(\w+)\}$/.exec(String(name))?.[1] ?? '';
}

/** States that may follow one. */
export function following({ Next, Default, Choices = [], Catch = [] }: State): string[] {
  return [
    ...[Next, Default].filter((next) => next !== undefined),
    ...[...Choices, ...Catch].map(({ Next }) => Next),
  ];
}

/** States that can be reached from one, itself included. */
export function reachable(machine: StateGraph, from: string): Set<string> {
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
