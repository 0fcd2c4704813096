import { stsWebIdentity } from '../../core/aws/web-identity.ts';
import { summarize } from '../../core/domain/checks.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders, roles } from '../../core/runtime/iam.ts';
import { issuerReaderOf } from '../../core/runtime/issuer.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { plannedRun } from '../../core/storage/run-files.ts';
import { readSigningKeys } from '../../core/usecases/verify/signing-keys.ts';
import { verify } from '../../core/usecases/verify/verify.ts';
import { verifyWithRetry } from '../../core/usecases/verify/verify-with-retry.ts';

export const handler = task('verify', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const [planned, keys] = await Promise.all([
    plannedRun(run, store),
    readSigningKeys(run.cluster.name, store),
  ]);
  const { issuer, cluster } = planned.desired;
  const enforcing = env.PLATFORM === 'aws';
  const collaborators = {
    store,
    providers: identityProviders(),
    roles: roles(),
    readIssuer: issuerReaderOf(issuer, env),
    webIdentity: stsWebIdentity(cluster.region),
    enforcing,
    tokenVerifier: env.TOKEN_VERIFIER,
  };
  const { results, facts } = await verifyWithRetry(() => verify(planned, keys, collaborators));
  return { checks: summarize(results), ...facts };
});
