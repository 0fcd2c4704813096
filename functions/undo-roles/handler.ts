import pMap from 'p-map';
import { undoRole } from '../resources/role/undo.ts';
import { undoRoleRemoval } from '../resources/role/undo-removal.ts';
import { outputStore } from '../runtime/buckets.ts';
import { roles } from '../runtime/iam.ts';
import { runInput } from '../runtime/run.ts';
import { plannedRole } from '../runtime/run-files.ts';
import { task } from '../runtime/task.ts';
import { undoStep } from '../runtime/undo-step.ts';

/** IAM takes a few writes a second; more at once would only be throttled. */
const UNDOS_AT_ONCE = 10;

export const handler = task('undo-roles', runInput, ({ run }, env) =>
  undoStep('undo-roles', run, outputStore(env), ({ desired, plan, removed }) => {
    const undos = [
      ...plan.roles.map(({ index, changes, before }) => () => {
        const { wanted } = plannedRole(desired, plan, index);
        return undoRole({ run: run.id, desired: wanted, tags: desired.tags, changes, before }, roles());
      }),
      ...removed.roles.map((role) => () => undoRoleRemoval(role, run.cluster.name, roles())),
    ];
    return pMap(undos, (undo) => undo(), { concurrency: UNDOS_AT_ONCE });
  }),
);
