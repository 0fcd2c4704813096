import { stsWebIdentity } from '../../core/aws/web-identity.ts';
import { summarize } from '../../core/domain/checks.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders, roles } from '../../core/runtime/iam.ts';
import { issuerReaderOf } from '../../core/runtime/issuer.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { runFiles } from '../../core/storage/run-files.ts';
import { readSigningKeys } from '../../core/usecases/verify/signing-keys.ts';
import { verify } from '../../core/usecases/verify/verify.ts';
import { verifyWithRetry } from '../../core/usecases/verify/verify-with-retry.ts';

export const handler = task('verify', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const [{ value: desired }, keys] = await Promise.all([
    runFiles(run, store).desired(),
    readSigningKeys(run.cluster.name, store),
  ]);
  const { issuer, cluster } = desired;
  const enforcing = env.PLATFORM === 'aws';
  const collaborators = {
    store,
    providers: identityProviders(),
    roles: roles(),
    readIssuer: issuerReaderOf(issuer, env),
    webIdentity: stsWebIdentity(cluster.region),
    enforcing,
  };
  const { results, facts } = await verifyWithRetry(() => verify(desired, keys, collaborators));
  return { checks: summarize(results), ...facts };
});
