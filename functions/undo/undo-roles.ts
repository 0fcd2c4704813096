import pMap from 'p-map';
import { undoRole } from '../../core/resources/role/undo.ts';
import { undoRoleRemoval } from '../../core/resources/role/undo-removal.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { plannedRole } from '../../core/storage/run-files.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

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
