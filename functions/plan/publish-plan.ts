import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { publishPlan } from '../../core/usecases/plan/publish-plan.ts';

/** A run that waits for an approval holds the lock of its cluster itself. */
const input = runInput.extend({ holdsLock: z.literal(true).exactOptional() });

export const handler = task('publish-plan', input, ({ run, ...more }, env) =>
  publishPlan(run, outputStore(env), more),
);
