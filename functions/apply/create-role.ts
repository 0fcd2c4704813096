import * as z from 'zod';
import { role } from '../../core/resources/role/resource.ts';
import { stepsOf } from '../../core/resources/steps.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { guardRules } from '../../core/runtime/guard.ts';
import { roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { plannedRole } from '../../core/storage/run-files.ts';
import { heldRun } from '../../core/usecases/lock/held.ts';
import { checkGrants } from '../../core/usecases/prepare/preflight.ts';
import { memoizeLast } from '../../core/util/memoize-last.ts';

const input = z.object({ run: runSchema, role: z.int().min(0) });
/** After this the lock is looked at again; the undo of a stopped run waits for much longer before it begins. */
const LOOK_AGAIN_MS = 30_000;
const ofRun = memoizeLast<Awaited<ReturnType<typeof heldRun>>>();

export const handler = task('create-role', input, async ({ run, role: index }, env) => {
  const ledger = await ofRun(`${JSON.stringify(run)} ${Math.floor(Date.now() / LOOK_AGAIN_MS)}`, () =>
    heldRun(run, outputStore(env)),
  );
  const { wanted, planned } = plannedRole(ledger.desired, ledger.plan, index);
  await checkGrants(ledger.desired, [planned], guardRules(env));
  await role.apply(stepsOf(run.id, ledger).role(wanted, planned), { roles: roles() });
  // The Map hands on nothing but this word; the name is for whoever looks at the iteration in the console.
  return { outcome: 'done', role: wanted.name };
});
