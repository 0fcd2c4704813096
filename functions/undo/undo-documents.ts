import { outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders } from '../../core/runtime/iam.ts';
import { issuerAccess } from '../../core/runtime/issuer.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoDocuments } from '../../core/usecases/undo/undo-documents.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

export const handler = task('undo-documents', runInput, ({ run }, env) => {
  const store = outputStore(env);
  return undoStep('undo-documents', run, store, (ledger) =>
    undoDocuments(run, ledger, {
      store,
      providers: identityProviders(),
      ...issuerAccess(ledger.desired.issuer, env),
    }),
  );
});
