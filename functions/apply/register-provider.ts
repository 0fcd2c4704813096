import { identityProvider } from '../../core/resources/identity-provider/resource.ts';
import { fetchThumbprint } from '../../core/resources/identity-provider/thumbprint.ts';
import { stepsOf } from '../../core/resources/steps.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { heldRun } from '../../core/usecases/lock/held.ts';

export const handler = task('register-provider', runInput, async ({ run }, env) => {
  const steps = stepsOf(run.id, await heldRun(run, outputStore(env)));
  await identityProvider.apply(steps.identityProvider, {
    providers: identityProviders(),
    // An emulator's issuer has the name of a real S3 host, which may be somebody's and is not the one to ask.
    fetchThumbprint: env.PLATFORM === 'aws' ? fetchThumbprint : async () => undefined,
  });
});
