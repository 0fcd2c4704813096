import { readFileSync } from 'node:fs';
import { DELETE_ASL, kebab, PREPARE_ASL } from '../support/in-process.ts';
import { skipped } from './fast.ts';

interface AslState {
  readonly Type: string;
  readonly Seconds?: number;
  readonly Next?: string;
  readonly Resource?: string;
  readonly Retry?: readonly {
    readonly IntervalSeconds: number;
    readonly BackoffRate: number;
    readonly MaxDelaySeconds: number;
    readonly JitterStrategy?: string;
  }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, AslState>> };
}

/** FULL jitter draws anything from nothing to all of a pause; this much of it is not much luck. */
const SHORT_JITTER = 0.3;

/** The states of the machines, those of their Maps among them. */
const states = (() => {
  const read = (file: URL) =>
    (JSON.parse(readFileSync(file, 'utf8')) as { States: Record<string, AslState> }).States;
  return [PREPARE_ASL, DELETE_ASL]
    .flatMap((file) => Object.entries(read(file)))
    .flatMap(([name, state]) => [
      [name, state] as const,
      ...Object.entries(state.ItemProcessor?.States ?? {}),
    ]);
})();

/** Seconds that the state machine pauses before an attempt of a function; by its first rule, which is the one for lag. */
function pauseBefore(functionName: string, attempt: number): number {
  if (attempt === 1) {
    return states
      .filter(([, { Type, Next = '' }]) => Type === 'Wait' && kebab(Next) === functionName)
      .reduce((sum, [, { Seconds = 0 }]) => sum + Seconds, 0);
  }
  const rule = states.find(([name]) => kebab(name) === functionName)?.[1].Retry?.[0];
  if (rule === undefined) return 0;
  const pause = Math.min(rule.MaxDelaySeconds, rule.IntervalSeconds * rule.BackoffRate ** (attempt - 2));
  return rule.JitterStrategy === 'FULL' ? pause * SHORT_JITTER : pause;
}

/** How long a call takes on the clock of a run. */
const CALL_MS = 30;

/** The time in a run, with the pauses that the state machine and Verify would have made. Roles wait side by side. */
export class Clock {
  #main = 0;
  #skipped = skipped.ms;
  readonly #roles = new Map<string, number>();
  readonly #attempts = new Map<string, number>();

  /** An invocation begins, after the pause there is before it. */
  begin(key: string, functionName: string): void {
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    const pause = pauseBefore(functionName, attempt) * 1_000;
    if (key !== functionName) {
      this.#roles.set(key, (this.#roles.get(key) ?? this.#main) + pause);
      return;
    }
    this.#main = Math.max(this.#main, ...this.#roles.values()) + pause;
  }

  /** The time of a call. */
  tick(key: string): number {
    const role = this.#roles.get(key);
    if (role !== undefined) {
      this.#roles.set(key, role + CALL_MS);
      return role;
    }
    this.#main += CALL_MS + skipped.ms - this.#skipped;
    this.#skipped = skipped.ms;
    return this.#main;
  }
}
