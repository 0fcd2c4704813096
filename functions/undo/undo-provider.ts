import { identityProvider } from '../../core/resources/identity-provider/resource.ts';
import { stepsOf } from '../../core/resources/steps.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

export const handler = task('undo-provider', runInput, ({ run }, env) =>
  undoStep('undo-provider', run, outputStore(env), (ledger) =>
    identityProvider.undo(stepsOf(run.id, ledger).identityProvider, { providers: identityProviders() }),
  ),
);
