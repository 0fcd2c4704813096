import * as z from 'zod';
import { executions } from '../aws/executions.ts';
import { outputStore } from '../runtime/buckets.ts';
import { runSchema } from '../runtime/run.ts';
import { task } from '../runtime/task.ts';
import { acquireLock } from './lock.ts';

const known = executions();
const input = z.object({ run: runSchema, startedAt: z.iso.datetime({ offset: true }) });

export const handler = task('lock', input, ({ run, startedAt }, env) =>
  acquireLock(run, Date.now() - Date.parse(startedAt), outputStore(env), known),
);
