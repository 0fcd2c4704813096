import { removalChanges } from '../domain/plan.ts';
import { outputStore } from '../runtime/buckets.ts';
import { roles } from '../runtime/iam.ts';
import { runInput } from '../runtime/run.ts';
import { plannedRun, runFiles } from '../runtime/run-files.ts';
import { task } from '../runtime/task.ts';
import { removeUnused } from './remove-unused.ts';

export const handler = task('remove-unused', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const { plan } = await plannedRun(run, store);
  if (plan.removals !== undefined)
    await removeUnused(plan.removals, run.cluster.name, {
      files: runFiles(run, store),
      store,
      roles: roles(),
    });
  return { removed: removalChanges(plan).length };
});
