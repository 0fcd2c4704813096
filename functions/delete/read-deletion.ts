import * as z from 'zod';
import { bucketStore, outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { readDeletion } from '../../core/usecases/delete/read-deletion.ts';

const input = z.object({
  run: z.string().min(1),
  bundle: z.object({
    bucket: z.string().min(1),
    key: z.string().min(1),
    versionId: z.string().exactOptional(),
  }),
});

export const handler = task('read-deletion', input, ({ run, bundle }, env) =>
  readDeletion(run, bundle, { intake: bucketStore(bundle.bucket, env), output: outputStore(env) }),
);
