import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { isThrottling, isUnavailable } from '../../core/aws/errors.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import * as documents from '../../core/storage/documents.ts';
import * as layout from '../../core/storage/layout.ts';
import { placeOf, runSchema } from '../../core/storage/run.ts';
import { runFiles } from '../../core/storage/run-files.ts';
import { writeReport } from '../../core/usecases/report/write-report.ts';
import { type FailedRun, failureReport, summarizeFailure } from '../../core/usecases/undo/report-failure.ts';
import { undoCommands } from '../../core/usecases/undo/undo-commands.ts';
import { enteredUndoSteps } from '../../core/usecases/undo/undo-step.ts';

const input = z.object({
  run: runSchema,
  state: z.looseObject({
    operation: z.string(),
    bundle: z.object({ bucket: z.string(), key: z.string(), versionId: z.string().optional() }).optional(),
    error: z.object({ Error: z.string(), Cause: z.string().default('') }).optional(),
    roles: z.object({ outcomes: z.array(z.string()) }).optional(),
    lock: z.object({ outcome: z.string(), holder: z.string().optional() }).optional(),
  }),
});

export const handler = task('report-failure', input, async ({ run, state }, env) => {
  const store = outputStore(env);
  const files = runFiles(run, store);
  const undoSteps = enteredUndoSteps(state);
  // Whatever cannot be read or written, the operator must hear how the run ended.
  const [desired, plan, records, undo] = await Promise.all([
    persistently(async () => (await files.desired()).value).catch(() => undefined),
    persistently(() => files.plan()).catch(() => 'unreadable' as const),
    persistently(() => files.failures()).catch(() => []),
    persistently(() => files.undo(undoSteps)).catch(() => new Map()),
  ]);
  const known =
    desired === undefined || plan === undefined || plan === 'unreadable' ? undefined : { desired, plan };
  const failed: FailedRun = {
    caught: state.error,
    roleOutcomes: state.roles?.outcomes ?? [],
    busyWith: state.lock?.outcome === 'busy' ? state.lock.holder : undefined,
    records,
    plan,
    desired,
    undoSteps,
    undo,
    commandsFor: (step) => undoCommands(step, run, env.OUTPUT_BUCKET, known),
  };
  const summary = summarizeFailure(failed);
  const report = failureReport(
    {
      id: run.id,
      operation: state.operation,
      ...(state.bundle === undefined ? {} : { bundle: state.bundle }),
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
});

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
