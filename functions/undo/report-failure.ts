import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { failedStateSchema, tellFailure } from '../../core/usecases/undo/tell-failure.ts';

const input = z.object({ run: runSchema, state: failedStateSchema, isPlanOnly: z.boolean().exactOptional() });

export const handler = task('report-failure', input, ({ run, state, isPlanOnly = false }, env) =>
  tellFailure(run, state, { store: outputStore(env), outputBucket: env.OUTPUT_BUCKET, isPlanOnly }),
);
