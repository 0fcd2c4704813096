import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type ExecutionListItem,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { Execution } from './execution.ts';
import { json } from './run-events.ts';

/** The object whose arrival starts an execution. */
export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
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
    return json((await sfn.send(new DescribeExecutionCommand({ executionArn }))).input);
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
