import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { deletionStateSchema, reportDeletion } from '../../core/usecases/delete/report-deletion.ts';

const input = z.object({ run: runSchema, startedAt: z.string(), state: deletionStateSchema });

export const handler = task('report-deletion', input, ({ run, startedAt, state }, env) =>
  reportDeletion({ run, startedAt }, state, outputStore(env)),
);
