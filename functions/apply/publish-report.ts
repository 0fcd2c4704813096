import * as z from 'zod';
import { checkSchema } from '../../core/domain/report.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { publishPrepared } from '../../core/usecases/report/publish-prepared.ts';

const verification = z.object({
  checks: z.array(checkSchema),
  providerThumbprints: z.array(z.string()),
  seals: z.record(z.string(), z.string()).exactOptional(),
});
const input = z.object({ run: runSchema, startedAt: z.string(), verification });

export const handler = task('publish-report', input, (given, env) =>
  publishPrepared(given, { store: outputStore(env), outputBucket: env.OUTPUT_BUCKET }),
);
