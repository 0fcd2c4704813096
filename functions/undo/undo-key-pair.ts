import { undoSigningKey } from '../../core/resources/signing-key/undo.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

export const handler = task('undo-key-pair', runInput, ({ run }, env) => {
  const store = outputStore(env);
  return undoStep('undo-key-pair', run, store, () =>
    undoSigningKey(run.cluster.name, run.id, env.OUTPUT_BUCKET, store),
  );
});
