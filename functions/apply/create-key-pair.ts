import { signingKey } from '../../core/resources/signing-key/resource.ts';
import { stepsOf } from '../../core/resources/steps.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { heldRun } from '../../core/usecases/lock/held.ts';

export const handler = task('create-key-pair', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const steps = stepsOf(run.id, await heldRun(run, store));
  await signingKey.apply(steps.signingKey, { store });
});
