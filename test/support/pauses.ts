import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/** Shorter pauses are of the tests and their libraries. */
const SHORTEST_MS = 500;

/**
 * From here on, product code that pauses (Verify looks again for forty seconds) goes on at once. It has no switch for
 * this, so that Node's module is changed.
 *
 * @param onPause told of each pause that was asked for and not taken, in milliseconds
 * @returns what makes pauses last again
 */
export function skipPauses(onPause: (ms: number) => void = () => undefined): () => void {
  const { setTimeout: sleep } = timers;
  timers.setTimeout = ((ms = 0, value?: unknown) => {
    if (ms < SHORTEST_MS) return sleep(ms, value);
    onPause(ms);
    return Promise.resolve(value);
  }) as typeof sleep;
  syncBuiltinESMExports();
  return () => {
    timers.setTimeout = sleep;
    syncBuiltinESMExports();
  };
}
