import { visible, visibleLine } from '../core/util/visible.ts';
import { formatCause, formatElapsed } from './format.ts';
import type { RunEvent } from './run-events.ts';

/** A line for people; one that is `open` is replaced by the next of the same state, where the terminal can. */
export interface Line {
  readonly text: string;
  readonly open: boolean;
}

/** A line per state without a terminal is enough of a Map of 200: every quarter is told. */
const PARTS = 4;

/** Makes lines of events. Whatever comes from the account does nothing to the terminal. */
export class Lines {
  readonly #live: boolean;
  #told = 0;

  /** @param live Whether a line can be replaced. */
  constructor(live: boolean) {
    this.#live = live;
  }

  of(event: RunEvent): readonly Line[] {
    const at = formatElapsed(event.elapsedMs);
    const line = (text: string, open = false): Line => ({ text: `${at}  ${visibleLine(text)}`, open });
    switch (event.event) {
      case 'state':
        this.#told = 0;
        return [line(event.undoing === true ? `${event.state} (rollback)` : event.state, true)];
      case 'items': {
        const { done, of } = event;
        if (of !== undefined && done > of) return [];
        const isPart =
          of !== undefined && Math.floor((done * PARTS) / of) > Math.floor((this.#told * PARTS) / of);
        if (!this.#live && !isPart) return [];
        this.#told = done;
        return [line(`${event.state}: ${done}${of === undefined ? '' : ` of ${of}`}`, true)];
      }
      case 'retry':
        return [line(`${event.state}: ${event.error}, attempt ${event.attempt}`, true)];
      case 'waiting':
        return [
          line(`${event.state}: waits for the run ${event.holder}, which is at work on the cluster`, true),
        ];
      case 'approval':
        return [line(`${event.state}: waits until somebody approves the plan`, true)];
      case 'rollback':
        return [
          line(
            `${event.error}: ${event.madeNothing === true ? 'nothing was made' : 'what this run made is taken back'}`,
          ),
          ...(event.cause === undefined
            ? []
            : [{ text: indented(visible(formatCause(event.cause))), open: false }]),
        ];
      case 'left':
        return [];
    }
  }
}

/** A text of several lines below another. */
export function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((each) => `            ${each}`)
    .join('\n');
}
