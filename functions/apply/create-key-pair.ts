import { signingKey } from '../../core/resources/signing-key/resource.ts';
import { stepsOf } from '../../core/resources/steps.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { plannedRun } from '../../core/storage/run-files.ts';

export const handler = task('create-key-pair', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const steps = stepsOf(run.id, await plannedRun(run, store));
  await signingKey.apply(steps.signingKey, { store });
});
