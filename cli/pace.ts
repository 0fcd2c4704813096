import { setTimeout as sleep } from 'node:timers/promises';

/** Time between two calls while a run is followed: two a second at most. An account's other users need theirs too. */
const CALL_MS = 500;

/** Nobody else calls an emulator of one's own. */
const EMULATOR_MS = 100;

/** The pace of calls to AWS, or to an emulator. */
export function paceOf(isEmulator: boolean): Pace {
  return new Pace(isEmulator ? EMULATOR_MS : CALL_MS);
}

/** Lets calls go one after the other, with time between them. Rejects when the signal aborts. */
export class Pace {
  readonly #between: number;
  #next = 0;

  constructor(between = CALL_MS) {
    this.#between = between;
  }

  /** @param pause Milliseconds to wait besides, where there was nothing new. */
  async turn(signal?: AbortSignal, pause = 0): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#next) + pause;
    this.#next = at + this.#between;
    if (at > now) await sleep(at - now, undefined, signal === undefined ? {} : { signal });
    signal?.throwIfAborted();
  }
}
