import { readKeyFiles } from '../../core/resources/install-files/apply.ts';
import { installFiles } from '../../core/resources/install-files/resource.ts';
import { stepsOf } from '../../core/resources/steps.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { heldRun } from '../../core/usecases/lock/held.ts';

export const handler = task('render-secrets', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const [ledger, keys] = await Promise.all([heldRun(run, store), readKeyFiles(run.cluster.name, store)]);
  await installFiles.apply(stepsOf(run.id, ledger).installFiles, { store, keys });
});
