import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { deleteFiles } from '../../core/usecases/delete/delete-files.ts';
import { deletionStep } from '../../core/usecases/delete/deletion-step.ts';

const input = z.object({ run: runSchema, digest: z.string() });

export const handler = task('delete-files', input, (work, env) => {
  const store = outputStore(env);
  return deletionStep('files', work, store, (plan) =>
    deleteFiles(work.run.cluster.name, plan, { store, bucket: env.OUTPUT_BUCKET }),
  );
});
