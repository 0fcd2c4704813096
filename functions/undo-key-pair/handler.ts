import { undoSigningKey } from '../resources/signing-key/undo.ts';
import { outputStore } from '../runtime/buckets.ts';
import { runInput } from '../runtime/run.ts';
import { task } from '../runtime/task.ts';
import { undoStep } from '../runtime/undo-step.ts';

export const handler = task('undo-key-pair', runInput, ({ run }, env) => {
  const store = outputStore(env);
  return undoStep('undo-key-pair', run, store, () =>
    undoSigningKey(run.cluster.name, run.id, env.OUTPUT_BUCKET, store),
  );
});
