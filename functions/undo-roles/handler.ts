import pMap from 'p-map';
import { undoRole } from '../resources/role/undo.ts';
import { outputStore } from '../runtime/buckets.ts';
import { roles } from '../runtime/iam.ts';
import { runInput } from '../runtime/run.ts';
import { plannedRole } from '../runtime/run-files.ts';
import { task } from '../runtime/task.ts';
import { undoStep } from '../runtime/undo-step.ts';

/** IAM takes a few writes a second; more at once would only be throttled. */
const UNDOS_AT_ONCE = 10;

export const handler = task('undo-roles', runInput, ({ run }, env) =>
  undoStep('undo-roles', run, outputStore(env), ({ desired, plan }) =>
    pMap(
      plan.roles,
      ({ index, changes, before }) =>
        undoRole(
          {
            run: run.id,
            desired: plannedRole(desired, plan, index).wanted,
            tags: desired.tags,
            changes,
            before,
          },
          roles(),
        ),
      { concurrency: UNDOS_AT_ONCE },
    ),
  ),
);
