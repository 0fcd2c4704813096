import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { isThrottling, isUnavailable } from '../../aws/errors.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { placeOf, type Run, runSchema } from '../../storage/run.ts';
import { runFiles } from '../../storage/run-files.ts';
import { defined } from '../../util/defined.ts';
import { writeReport } from '../report/write-report.ts';
import { type FailedRun, failureReport, summarizeFailure } from './report-failure.ts';
import { undoCommands } from './undo-commands.ts';
import { enteredUndoSteps } from './undo-step.ts';

/** The execution's state, as far as it tells how the run failed. */
export const failedStateSchema = z.looseObject({
  operation: z.string(),
  bundle: z.object({ bucket: z.string(), key: z.string(), versionId: z.string().optional() }).optional(),
  error: z.object({ Error: z.string(), Cause: z.string().default('') }).optional(),
  roles: z.object({ outcomes: z.array(z.string()) }).optional(),
  lock: z.object({ outcome: z.string(), holder: z.string().optional() }).optional(),
  plan: z.looseObject({ records: runSchema.shape.records }).optional(),
});

type FailedState = z.infer<typeof failedStateSchema>;

/** Writes the report of a failed run from all that can still be read, and returns what the execution is to end with. */
export async function tellFailure(
  run: Run,
  state: FailedState,
  {
    store,
    outputBucket,
    isPlanOnly = false,
  }: { readonly store: ObjectStore; readonly outputBucket: string; readonly isPlanOnly?: boolean },
) {
  const files = runFiles({ ...run, ...defined({ records: state.plan?.records }) }, store);
  const undoSteps = enteredUndoSteps(state);
  // Whatever cannot be read or written, the operator must hear how the run ended.
  const [desired, plan, records, undo, decision] = await Promise.all([
    persistently(async () => (await files.desired())?.value ?? (await files.reading())).catch(
      () => undefined,
    ),
    persistently(() => files.plan()).catch(() => 'unreadable' as const),
    persistently(() => files.failures()).catch(() => []),
    persistently(() => files.undo(undoSteps)).catch(() => new Map()),
    persistently(async () => (await documents.decision.read(placeOf(run), store))?.value).catch(
      () => undefined,
    ),
  ]);
  const known =
    desired === undefined || plan === undefined || plan === 'unreadable' ? undefined : { desired, plan };
  const failed: FailedRun = {
    isPlanOnly,
    caught: state.error,
    roleOutcomes: state.roles?.outcomes ?? [],
    busyWith: state.lock?.outcome === 'busy' ? state.lock.holder : undefined,
    records,
    plan,
    decision,
    desired,
    undoSteps,
    undo,
    commandsFor: (step) => undoCommands(step, run, outputBucket, known),
  };
  const summary = summarizeFailure(failed);
  const report = failureReport(
    {
      id: run.id,
      operation: state.operation,
      ...defined({ bundle: state.bundle }),
    },
    failed,
    new Date().toISOString(),
  );
  const place = placeOf(run);
  const written = await Promise.allSettled([
    persistently(() => writeReport(place, report, store)),
    persistently(() => documents.failureReport.write(place, report, store)),
  ]);
  const lost = written.find((each) => each.status === 'rejected');
  return lost === undefined
    ? { ...summary, report: layout.runReport.of(place) }
    : { ...summary, cause: `${summary.cause}\nThe report could not be written: ${lost.reason}` };
}

const PAUSES_MS = [1_000, 3_000, 6_000];

/** Tries again what may pass; with the SDK's own tries this stays within the task's time. */
async function persistently<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  for (const pause of PAUSES_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (!isThrottling(error) && !isUnavailable(error)) throw error;
      await sleep(pause);
    }
  }
  return attempt();
}
