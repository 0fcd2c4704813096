import { signingKey } from '../../core/resources/signing-key/resource.ts';
import { stepsOf } from '../../core/resources/steps.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

export const handler = task('undo-key-pair', runInput, ({ run }, env) => {
  const store = outputStore(env);
  return undoStep('undo-key-pair', run, store, (ledger) =>
    signingKey.undo(stepsOf(run.id, ledger).signingKey, { store, outputBucket: env.OUTPUT_BUCKET }),
  );
});
