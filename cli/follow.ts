import type { HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { isThrottling, isUnavailable } from '../core/aws/errors.ts';
import { runReport } from '../core/storage/layout.ts';
import type { Execution } from './execution.ts';
import type { Pace } from './pace.ts';
import { json } from './run-events.ts';

/** How an execution ended. */
export interface Ending {
  readonly status: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly elapsedMs: number;
  /** The cluster the run was for, as far as it got to know. */
  readonly cluster: string | undefined;
  /** The key of the bundle that started it; undefined of what nobody uploaded. */
  readonly key: string | undefined;
  /** The run that it undid; undefined of all others. */
  readonly undid: string | undefined;
}

/** What following tells besides: whether AWS can be asked. */
export interface Following {
  readonly pace: Pace;
  readonly signal?: AbortSignal | undefined;
  /** Called once when AWS is not reached any more, with why, and once when it is again, without. */
  readonly connection?: (lost: string | undefined) => void;
}

/** Newest first, so that one call tells all that is new, however long the history has become. */
const PAGE = 200;
/** Between two looks that found nothing new. */
const QUIET_MS = 500;
/** Between two tries while AWS is not reached. */
const LOST_MS = 3_000;
/** What a run is about is read first. */
const READS = /^Read(Bundle|Deletion)$/;
const ENDED = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;
/** A history may end without a word, as an emulator's of an execution that was stopped. */
const LOOKS_UNTIL_ASKED = 10;

/** Yields each event of an execution once, in order, until it ends; returns how. Rejects when the signal aborts. */
export async function* follow(
  sfn: SFNClient,
  { arn, startedAt }: Execution,
  { pace, signal, connection }: Following,
): AsyncGenerator<HistoryEvent, Ending> {
  let seen = 0;
  let quiet = 0;
  let cluster: string | undefined;
  let about: ReturnType<typeof aboutOf>;
  let lost = false;
  const reached = () => {
    if (lost) connection?.(undefined);
    lost = false;
  };
  while (true) {
    try {
      const events = await newerThan(seen, sfn, arn, pace, signal);
      reached();
      for (const event of events) {
        seen = event.id ?? seen;
        cluster ??= clusterOf(event);
        about ??= aboutOf(event);
        yield event;
      }
      quiet = events.length === 0 ? quiet + 1 : 0;
      if (ENDED.test(events.at(-1)?.type ?? '') || quiet >= LOOKS_UNTIL_ASKED) {
        quiet = 0;
        const ending = await endingOf(sfn, arn, startedAt, pace, signal);
        if (ending !== undefined)
          return {
            ...ending,
            cluster: cluster ?? about?.run?.cluster.name,
            key: about?.bundle?.key,
            undid: about?.run?.id,
          };
      }
      if (quiet > 0) await pace.turn(signal, QUIET_MS);
    } catch (error) {
      if (!(error instanceof Error) || signal?.aborted || !(isUnavailable(error) || isThrottling(error)))
        throw error;
      if (!lost) connection?.(error.message);
      lost = true;
      await pace.turn(signal, LOST_MS);
    }
  }
}

async function newerThan(
  seen: number,
  sfn: SFNClient,
  executionArn: string,
  pace: Pace,
  signal: AbortSignal | undefined,
): Promise<readonly HistoryEvent[]> {
  const { GetExecutionHistoryCommand } = await import('@aws-sdk/client-sfn');
  const found = new Map<number, HistoryEvent>();
  let nextToken: string | undefined;
  do {
    await pace.turn(signal);
    const page = await sfn.send(
      new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: PAGE,
        includeExecutionData: true,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    const { events = [] } = page;
    for (const event of events) if ((event.id ?? 0) > seen) found.set(event.id ?? 0, event);
    nextToken = events.some(({ id = 0 }) => id <= seen + 1) ? undefined : page.nextToken;
  } while (nextToken !== undefined);
  return [...found.values()].sort((a, b) => (a.id ?? 0) - (b.id ?? 0));
}

async function endingOf(
  sfn: SFNClient,
  executionArn: string,
  startedAt: Date,
  pace: Pace,
  signal: AbortSignal | undefined,
): Promise<Pick<Ending, 'status' | 'error' | 'cause' | 'elapsedMs'> | undefined> {
  const { DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
  await pace.turn(signal);
  const {
    status = 'UNKNOWN',
    error,
    cause,
    stopDate,
  } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return undefined;
  return {
    status,
    error,
    cause,
    elapsedMs: Math.max(0, (stopDate ?? new Date()).getTime() - startedAt.getTime()),
  };
}

/** It is the state that finds out which cluster a bundle is for; it may know that of a refused one too. */
function clusterOf(event: HistoryEvent): string | undefined {
  const details = event.stateExitedEventDetails;
  if (!READS.test(details?.name ?? '')) return undefined;
  const { data } = readBundleOutput.safeParse(json(details?.output));
  return data?.read.cluster?.name ?? runReport.parse(data?.read.rejection?.report ?? '')?.cluster;
}

const readBundleOutput = z.object({
  read: z.object({
    cluster: z.object({ name: z.string() }).optional(),
    rejection: z.object({ report: z.string() }).optional(),
  }),
});

/** The input, as StartRun or StartUndo wrote it, is the first thing that a history has. */
function aboutOf({
  executionStartedEventDetails: started,
}: HistoryEvent): z.infer<typeof startInput> | undefined {
  return started && startInput.safeParse(json(started.input)).data;
}

const startInput = z.object({
  bundle: z.object({ key: z.string() }).optional(),
  run: z.object({ id: z.string(), cluster: z.object({ name: z.string() }) }).optional(),
});
