import * as z from 'zod';
import { applyRole } from '../../core/resources/role/apply.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { plannedRole, plannedRun } from '../../core/storage/run-files.ts';
import { latest } from '../../core/util/latest.ts';

const input = z.object({ run: runSchema, role: z.int().min(0) });
const ofRun = latest<Awaited<ReturnType<typeof plannedRun>>>();

export const handler = task('create-role', input, async ({ run, role }, env) => {
  const { desired, plan } = await ofRun(run.arn, () => plannedRun(run, outputStore(env)));
  const { wanted, planned } = plannedRole(desired, plan, role);
  await applyRole(
    { run: run.id, desired: wanted, tags: desired.tags, changes: planned.changes, before: planned.before },
    roles(),
  );
  // For whoever looks at the iteration in the console; the Map hands on nothing of it.
  return { role: wanted.name };
});
