import { undoProvider } from '../../core/resources/identity-provider/undo.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

export const handler = task('undo-provider', runInput, ({ run }, env) =>
  undoStep('undo-provider', run, outputStore(env), ({ desired, plan }) =>
    undoProvider(
      {
        run: run.id,
        arn: desired.providerArn,
        tags: desired.tags,
        ...plan.provider,
        before: plan.provider.before,
      },
      identityProviders(),
    ),
  ),
);
