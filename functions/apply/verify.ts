import { stsWebIdentity } from '../../core/aws/web-identity.ts';
import { summarize } from '../../core/domain/checks.ts';
import { outputStore, publicIssuer } from '../../core/runtime/buckets.ts';
import { identityProviders, roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { runFiles } from '../../core/storage/run-files.ts';
import { verifyPatiently } from '../../core/usecases/verify/patience.ts';
import { readSigningKeys } from '../../core/usecases/verify/signing-keys.ts';
import { verify } from '../../core/usecases/verify/verify.ts';

export const handler = task('verify', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const [desired, keys] = await Promise.all([
    runFiles(run, store).desired(),
    readSigningKeys(run.cluster.name, store),
  ]);
  const collaborators = {
    store,
    providers: identityProviders(),
    roles: roles(),
    readIssuer: publicIssuer(desired.issuer, env),
    webIdentity: stsWebIdentity(desired.cluster.region),
    enforcing: env.PLATFORM === 'aws',
  };
  const { results, facts } = await verifyPatiently(() => verify(desired, keys, collaborators));
  return { checks: summarize(results), ...facts };
});
