import * as z from 'zod';
import { outputStore } from '../runtime/buckets.ts';
import { runPrefix, runSchema } from '../runtime/run.ts';
import { runFiles } from '../runtime/run-files.ts';
import { task } from '../runtime/task.ts';
import { enteredUndoSteps } from '../runtime/undo-step.ts';
import { writeReport } from '../runtime/write-report.ts';
import { type FailedRun, failureReport, summarizeFailure } from './report-failure.ts';

const input = z.object({
  run: runSchema,
  state: z.looseObject({
    operation: z.string(),
    error: z.object({ Error: z.string(), Cause: z.string().default('') }).optional(),
    lock: z.object({ outcome: z.string(), holder: z.string().optional() }).optional(),
  }),
});

export const handler = task('report-failure', input, async ({ run, state }, env) => {
  const store = outputStore(env);
  const files = runFiles(run, store);
  const undoSteps = enteredUndoSteps(state);
  const [desired, plan, records, undo] = await Promise.all([
    files.desired(),
    files.plan(),
    files.failures(),
    files.undo(undoSteps),
  ]);
  const failed: FailedRun = {
    caught: state.error,
    busyWith: state.lock?.outcome === 'busy' ? state.lock.holder : undefined,
    records,
    plan,
    desired,
    undoSteps,
    undo,
  };
  const summary = summarizeFailure(failed);
  const report = failureReport(
    { id: run.id, operation: state.operation },
    failed,
    summary,
    new Date().toISOString(),
  );
  const prefix = runPrefix(run);
  await Promise.all([
    writeReport(prefix, report, store),
    files.write('failure.json', JSON.stringify(report, null, 2), 'application/json'),
  ]);
  return { ...summary, report: `${prefix}report.json` };
});
