import { removalChanges } from '../../core/domain/plan.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { runFiles } from '../../core/storage/run-files.ts';
import { heldRun } from '../../core/usecases/lock/held.ts';
import { pruneResources } from '../../core/usecases/prepare/prune-resources.ts';

export const handler = task('prune-resources', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const { plan } = await heldRun(run, store);
  if (plan.removals !== undefined)
    await pruneResources(plan.removals, run.cluster.name, {
      files: runFiles(run, store),
      store,
      roles: roles(),
    });
  return { removed: removalChanges(plan).length };
});
