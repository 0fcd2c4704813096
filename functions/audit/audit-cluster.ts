import * as z from 'zod';
import { bucketStore, outputStore } from '../../core/runtime/buckets.ts';
import { releaseRules } from '../../core/runtime/bundle-context.ts';
import { identityProviders, simulator } from '../../core/runtime/iam.ts';
import { issuerAccess } from '../../core/runtime/issuer.ts';
import { task } from '../../core/runtime/task.ts';
import { auditSchema } from '../../core/storage/audit.ts';
import { readBundles } from '../../core/usecases/audit/audit-cluster.ts';
import { auditInAccount } from '../../core/usecases/audit/audit-in-account.ts';
import { memoizeLast } from '../../core/util/memoize-last.ts';

const input = z.object({ audit: auditSchema, cluster: z.string().min(1) });
const ofAudit = memoizeLast<Awaited<ReturnType<typeof readBundles>>>();

export const handler = task('audit-cluster', input, async ({ audit, cluster }, env) => {
  const store = outputStore(env);
  const { status } = await auditInAccount(audit, cluster, {
    store,
    providers: identityProviders(),
    issuerOf: ({ desired: { issuer } }) => issuerAccess(issuer, env),
    bundles: () => ofAudit(audit.id, () => readBundles(audit.id, store)),
    ...(env.SIMULATE_POLICIES === 'true' ? { simulator: simulator() } : {}),
    rules: releaseRules(env),
    intake: bucketStore(env.INTAKE_BUCKET, env),
    outputBucket: env.OUTPUT_BUCKET,
  });
  return { cluster, status };
});
