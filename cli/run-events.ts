import { type HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import * as z from 'zod';

/** What people and programs are told of an execution, in the order it happens. Texts are as the account has them. */
export type RunEvent =
  | { readonly event: 'state'; readonly state: string; readonly elapsedMs: number; readonly undoing?: true }
  | {
      readonly event: 'items';
      readonly state: string;
      readonly elapsedMs: number;
      readonly done: number;
      /** Unknown where the history does not say how many there are. */
      readonly of?: number;
    }
  | {
      readonly event: 'retry';
      readonly state: string;
      readonly elapsedMs: number;
      readonly attempt: number;
      readonly error: string;
    }
  | { readonly event: 'waiting'; readonly state: string; readonly elapsedMs: number; readonly holder: string }
  | { readonly event: 'approval'; readonly state: string; readonly elapsedMs: number }
  | {
      readonly event: 'rollback';
      readonly state: string;
      readonly elapsedMs: number;
      readonly error: string;
      readonly cause?: string;
      /** The run came to its end before it had made anything. */
      readonly madeNothing?: true;
    }
  | { readonly event: 'left'; readonly state: string; readonly elapsedMs: number };

/** States that undo are named by it, and a contract test holds every machine to that. */
const UNDOES = /^Undo|^ReportFailure$/;
/** Without an undo before it there is nothing to undo. */
const REPORTS = 'ReportFailure';
/** The state in which a run waits for somebody. */
export const ASKS = 'AskForApproval';

/** Of no interest to who follows a run: they take no time, and what they decide is seen by what comes next. */
const SILENT = /^(Choice|Pass)StateEntered$/;

const FAILED = [
  HistoryEventType.LambdaFunctionFailed,
  HistoryEventType.LambdaFunctionTimedOut,
  HistoryEventType.LambdaFunctionScheduleFailed,
  HistoryEventType.LambdaFunctionStartFailed,
  HistoryEventType.TaskFailed,
  HistoryEventType.TaskTimedOut,
  HistoryEventType.TaskStartFailed,
  HistoryEventType.TaskSubmitFailed,
] as const;

const lockOutput = z.object({
  lock: z.object({ outcome: z.literal('wait'), holder: z.string() }),
});

interface Failure {
  readonly error: string;
  readonly cause?: string;
}

/** The state that the execution is in. Only one is open at a time: what a Map does inside is counted, not listed. */
interface Open {
  readonly name: string;
  readonly isMap: boolean;
  done: number;
  of: number | undefined;
  attempts: number;
  failure: Failure | undefined;
}

/**
 * Reads an execution's history, event by event. Whatever comes, in whatever order, nothing is thrown, and no state is open
 * twice: a history that is cut off, of a redriven execution or of an emulator says less, and that is all.
 */
export class RunReader {
  readonly #startedAt: number;
  #open: Open | undefined;
  #undoing = false;
  #holder: string | undefined;
  #lastFailure: Failure | undefined;

  constructor(startedAt: Date) {
    this.#startedAt = startedAt.getTime();
  }

  /** What an event of the history tells; often nothing. */
  read(event: HistoryEvent): readonly RunEvent[] {
    const elapsedMs = Math.max(0, (event.timestamp?.getTime() ?? this.#startedAt) - this.#startedAt);
    const type = event.type ?? '';
    this.#lastFailure ??= stoppedBy(event.executionStartedEventDetails?.input);
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined) return this.#enter(type, entered, elapsedMs);
    const left = event.stateExitedEventDetails;
    if (left?.name !== undefined) return this.#leave(left.name, left.output, elapsedMs);
    const open = this.#open;
    if (open === undefined) return [];
    if (open.isMap) return inMap(open, event, elapsedMs);
    const failure = failureOf(event);
    if (failure !== undefined) {
      open.attempts += 1;
      open.failure = failure;
      this.#lastFailure = failure;
    } else if (/^(LambdaFunction|Task)Scheduled$/.test(type) && open.failure !== undefined) {
      const { error } = open.failure;
      open.failure = undefined;
      return [{ event: 'retry', state: open.name, elapsedMs, attempt: open.attempts + 1, error }];
    }
    return [];
  }

  #enter(type: string, name: string, elapsedMs: number): readonly RunEvent[] {
    if (this.#open?.isMap === true) return [];
    const told: RunEvent[] = [];
    const undoes = UNDOES.test(name);
    if (undoes && !this.#undoing) {
      this.#undoing = true;
      const { error = 'an error of the step', cause } = this.#lastFailure ?? {};
      const why = cause === undefined ? { error } : { error, cause };
      const nothing = name === REPORTS ? { madeNothing: true as const } : {};
      told.push({ event: 'rollback', state: this.#open?.name ?? name, elapsedMs, ...why, ...nothing });
    }
    if (SILENT.test(type)) return told;
    // A run that waits for another asks again and again, and is in one state to whoever looks.
    const asksAgain = this.#holder !== undefined && (type === 'WaitStateEntered' || name === 'Lock');
    this.#open = {
      name,
      isMap: type === 'MapStateEntered',
      done: 0,
      of: undefined,
      attempts: 0,
      failure: undefined,
    };
    if (asksAgain) return told;
    this.#holder = undefined;
    told.push({ event: 'state', state: name, elapsedMs, ...(undoes ? { undoing: true } : {}) });
    if (name === ASKS) told.push({ event: 'approval', state: name, elapsedMs });
    return told;
  }

  #leave(name: string, output: string | undefined, elapsedMs: number): readonly RunEvent[] {
    const open = this.#open;
    if (open === undefined || open.name !== name) return [];
    this.#open = undefined;
    const { data } = lockOutput.safeParse(json(output));
    if (name === 'Lock' && data !== undefined) {
      const { holder } = data.lock;
      const isNew = holder !== this.#holder;
      this.#holder = holder;
      return isNew ? [{ event: 'waiting', state: name, elapsedMs, holder }] : [];
    }
    if (this.#holder !== undefined) return [];
    return [{ event: 'left', state: name, elapsedMs }];
  }
}

function inMap(open: Open, event: HistoryEvent, elapsedMs: number): readonly RunEvent[] {
  const { type } = event;
  if (type === 'MapStateStarted') open.of = event.mapStateStartedEventDetails?.length;
  const ended =
    open.of === undefined ? /^(LambdaFunction|Task)Succeeded$/ : /^MapIteration(Succeeded|Failed|Aborted)$/;
  if (!ended.test(type ?? '')) return [];
  open.done += 1;
  const of = open.of === undefined ? {} : { of: open.of };
  return [{ event: 'items', state: open.name, elapsedMs, done: open.done, ...of }];
}

function failureOf(event: HistoryEvent): Failure | undefined {
  if (!FAILED.some((type) => type === event.type)) return undefined;
  const details =
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.lambdaFunctionScheduleFailedEventDetails ??
    event.lambdaFunctionStartFailedEventDetails ??
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskSubmitFailedEventDetails;
  const error = details?.error ?? 'an error without a name';
  return details?.cause === undefined ? { error } : { error, cause: details.cause };
}

/** Why a run is undone by an execution that begins with its undo. */
function stoppedBy(input: string | undefined): Failure | undefined {
  const { data } = undoInput.safeParse(json(input));
  return data && { error: data.error.Error, cause: data.error.Cause };
}

const undoInput = z.object({ error: z.object({ Error: z.string(), Cause: z.string() }) });

/** Whatever a text of the account is as JSON; undefined where it is none. */
export function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
