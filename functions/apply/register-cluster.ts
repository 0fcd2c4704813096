import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { publishAdopted } from '../../core/usecases/report/publish-adopted.ts';

const input = z.object({ run: runSchema, startedAt: z.string() });

export const handler = task('register-cluster', input, (given, env) =>
  publishAdopted(given, { store: outputStore(env), outputBucket: env.OUTPUT_BUCKET }),
);
