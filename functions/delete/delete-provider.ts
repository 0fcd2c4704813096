import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { deleteClusterProvider } from '../../core/usecases/delete/delete-issuer.ts';
import { deletionStep } from '../../core/usecases/delete/deletion-step.ts';

const input = z.object({ run: runSchema, digest: z.string() });

export const handler = task('delete-provider', input, (work, env) =>
  deletionStep('provider', work, outputStore(env), (plan) =>
    deleteClusterProvider(plan, identityProviders()),
  ),
);
