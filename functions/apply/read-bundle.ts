import * as z from 'zod';
import { bucketStore, outputStore } from '../../core/runtime/buckets.ts';
import { bundleContext } from '../../core/runtime/bundle-context.ts';
import { task } from '../../core/runtime/task.ts';
import { keepReading } from '../../core/usecases/prepare/keep-reading.ts';
import { readUpload } from '../../core/usecases/prepare/read-upload.ts';

const input = z.object({
  run: z.string().min(1),
  operation: z.string(),
  bundle: z.object({
    bucket: z.string().min(1),
    key: z.string().min(1),
    versionId: z.string().exactOptional(),
  }),
});

export const handler = task('read-bundle', input, async ({ run, operation, bundle }, env) => {
  const store = outputStore(env);
  const context = bundleContext(run, bundle, env);
  const reading = await readUpload(operation, context, bucketStore(bundle.bucket, env), store);
  return keepReading({ id: run, operation }, bundle, reading, store);
});
