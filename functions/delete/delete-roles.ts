import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { deleteRoles } from '../../core/usecases/delete/delete-roles.ts';
import { deletionStep } from '../../core/usecases/delete/deletion-step.ts';

const input = z.object({ run: runSchema, digest: z.string() });

export const handler = task('delete-roles', input, (work, env) =>
  deletionStep('roles', work, outputStore(env), (plan) => deleteRoles(plan, roles())),
);
