import { outputStore } from '../../core/runtime/buckets.ts';
import { guardRules } from '../../core/runtime/guard.ts';
import { roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoRoles } from '../../core/usecases/undo/undo-roles.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

export const handler = task('undo-roles', runInput, ({ run }, env) =>
  undoStep('undo-roles', run, outputStore(env), (ledger) =>
    undoRoles(run, ledger, { roles: roles(), guard: guardRules(env) }),
  ),
);
