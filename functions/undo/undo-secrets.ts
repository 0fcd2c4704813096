import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoFiles } from '../../core/usecases/undo/undo-files.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

export const handler = task('undo-secrets', runInput, ({ run }, env) => {
  const store = outputStore(env);
  return undoStep('undo-secrets', run, store, (ledger) =>
    undoFiles(run, ledger, { store, outputBucket: env.OUTPUT_BUCKET }),
  );
});
