import { issuerReader } from '../aws/issuer-reader.ts';
import { stsWebIdentity } from '../aws/web-identity.ts';
import { outputStore } from '../runtime/buckets.ts';
import { identityProviders, roles } from '../runtime/iam.ts';
import { runInput } from '../runtime/run.ts';
import { runFiles } from '../runtime/run-files.ts';
import { task } from '../runtime/task.ts';
import { summarize } from './checks.ts';
import { verifyPatiently } from './patience.ts';
import { readSigningKeys, verify } from './verify.ts';

export const handler = task('verify', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const [desired, keys] = await Promise.all([
    runFiles(run, store).desired(),
    readSigningKeys(run.cluster.name, store),
  ]);
  const { issuer, cluster } = desired;
  const enforcing = env.PLATFORM === 'aws';
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  const collaborators = {
    store,
    providers: identityProviders(),
    roles: roles(),
    readIssuer: issuerReader(enforcing ? issuer.url : `${endpoint}/${issuer.bucket}`),
    webIdentity: stsWebIdentity(cluster.region),
    enforcing,
  };
  const { results, facts } = await verifyPatiently(() => verify(desired, keys, collaborators));
  return { checks: summarize(results), ...facts };
});
