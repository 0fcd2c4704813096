import { undoProvider } from '../resources/identity-provider/undo.ts';
import { outputStore } from '../runtime/buckets.ts';
import { identityProviders } from '../runtime/iam.ts';
import { runInput } from '../runtime/run.ts';
import { task } from '../runtime/task.ts';
import { undoStep } from '../runtime/undo-step.ts';

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
