import { applyProvider } from '../../core/resources/identity-provider/apply.ts';
import { fetchThumbprint } from '../../core/resources/identity-provider/thumbprint.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { plannedRun } from '../../core/storage/run-files.ts';

export const handler = task('register-provider', runInput, async ({ run }, env) => {
  const { desired, plan } = await plannedRun(run, outputStore(env));
  if (plan.provider.changes.length === 0) return;
  await applyProvider(
    {
      run: run.id,
      arn: desired.providerArn,
      url: desired.issuer.url,
      tags: desired.tags,
      changes: plan.provider.changes,
      before: plan.provider.before,
    },
    identityProviders(),
    // An emulator's issuer has the name of a real S3 host, which may be somebody's and is not the one to ask.
    env.PLATFORM === 'aws' ? fetchThumbprint : async () => undefined,
  );
});
