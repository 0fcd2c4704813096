import { issuer } from '../../core/resources/issuer/resource.ts';
import { stepsOf } from '../../core/resources/steps.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { issuerAccess } from '../../core/runtime/issuer.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

export const handler = task('undo-documents', runInput, ({ run }, env) =>
  undoStep('undo-documents', run, outputStore(env), (ledger) =>
    issuer.undo(stepsOf(run.id, ledger).issuer, issuerAccess(ledger.desired.issuer, env)),
  ),
);
