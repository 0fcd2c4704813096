import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type ExecutionListItem,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { runReport } from '../../core/storage/layout.ts';

/** The object whose arrival starts an execution. */
export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly startedAt: Date;
}

/** A state as the execution enters it. */
export interface EnteredState {
  readonly name: string;
  readonly elapsedMs: number;
}

/** How an execution ended. */
export interface Ending {
  readonly status: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly elapsedMs: number;
  /** The cluster the run was for, as far as it got to know. */
  readonly cluster: string | undefined;
}

/** Where an upload's execution is looked for. */
export interface Search {
  readonly stateMachines: readonly string[];
  /** Executions that were there before the upload: an emulator's event may not tell versions of an object apart. */
  readonly others: ReadonlySet<string>;
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 150;

/** The ARNs of all executions that are there now. */
export async function executionsNow(
  sfn: SFNClient,
  stateMachines: readonly string[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const stateMachineArn of stateMachines)
    for await (const { executionArn } of executions(sfn, stateMachineArn))
      if (executionArn !== undefined) known.add(executionArn);
  return known;
}

/** Waits for the execution that an upload starts; undefined when none does in time. */
export async function findExecution(
  sfn: SFNClient,
  upload: Upload,
  { stateMachines, others, limitMs, signal }: Search,
): Promise<Execution | undefined> {
  const seen = new Set(others);
  for (const from = performance.now(); performance.now() - from < limitMs; ) {
    for (const stateMachineArn of stateMachines) {
      for await (const item of executions(sfn, stateMachineArn)) {
        const { executionArn: arn, name, startDate: startedAt } = item;
        if (arn === undefined || name === undefined || startedAt === undefined || seen.has(arn)) continue;
        const input = await inputOf(sfn, arn);
        if (input !== undefined && isFor(upload, input)) return { arn, name, startedAt };
        seen.add(arn);
      }
    }
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
  return undefined;
}

async function* executions(sfn: SFNClient, stateMachineArn: string): AsyncGenerator<ExecutionListItem> {
  for await (const page of paginateListExecutions({ client: sfn, pageSize: 1_000 }, { stateMachineArn }))
    yield* page.executions ?? [];
}

async function inputOf(sfn: SFNClient, executionArn: string): Promise<unknown> {
  try {
    return parseJson((await sfn.send(new DescribeExecutionCommand({ executionArn }))).input);
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** Whether an execution's input names this version of this object. */
export function isFor({ bucket, key, versionId }: Upload, input: unknown): boolean {
  const { data } = startRunInput.safeParse(input);
  if (data === undefined || data.bundle.bucket !== bucket || data.bundle.key !== key) return false;
  // Emulators do not tell versions in their events; then the key has to do.
  return data.bundle.versionId === undefined || data.bundle.versionId === versionId;
}

const startRunInput = z.object({
  bundle: z.object({ bucket: z.string(), key: z.string(), versionId: z.string().optional() }),
});

/** Yields each state as the execution enters it, until the execution ends; returns how it ended. */
export async function* follow(
  sfn: SFNClient,
  { arn, startedAt }: Execution,
  signal?: AbortSignal,
): AsyncGenerator<EnteredState, Ending> {
  let seen = 0;
  let cluster: string | undefined;
  const elapsed = (date: Date | undefined) => (date ?? new Date()).getTime() - startedAt.getTime();
  while (true) {
    // Status first: what is in the history after the end is then all there is.
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    for await (const event of historyAfter(sfn, arn, seen)) {
      seen = event.id ?? seen;
      cluster ??= clusterOf(event);
      const name = event.stateEnteredEventDetails?.name;
      if (name !== undefined) yield { name, elapsedMs: elapsed(event.timestamp) };
    }
    if (execution.status !== 'RUNNING' && execution.status !== 'PENDING_REDRIVE')
      return {
        status: execution.status ?? 'UNKNOWN',
        error: execution.error,
        cause: execution.cause,
        elapsedMs: elapsed(execution.stopDate),
        cluster,
      };
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

async function* historyAfter(
  sfn: SFNClient,
  executionArn: string,
  seen: number,
): AsyncGenerator<HistoryEvent> {
  const pages = paginateGetExecutionHistory(
    { client: sfn, pageSize: 1_000 },
    { executionArn, includeExecutionData: true },
  );
  for await (const page of pages)
    for (const event of page.events ?? []) if ((event.id ?? 0) > seen) yield event;
}

/** ReadBundle is the state that finds out which cluster a bundle is for; it may know that of a refused one too. */
function clusterOf(event: HistoryEvent): string | undefined {
  const details = event.stateExitedEventDetails;
  if (details?.name !== 'ReadBundle') return undefined;
  const { data } = readBundleOutput.safeParse(parseJson(details.output));
  return data?.read.cluster?.name ?? runReport.parse(data?.read.rejection?.report ?? '')?.cluster;
}

const readBundleOutput = z.object({
  read: z.object({
    cluster: z.object({ name: z.string() }).optional(),
    rejection: z.object({ report: z.string() }).optional(),
  }),
});

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
