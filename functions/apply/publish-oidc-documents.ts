import { applyIssuer } from '../../core/resources/issuer/apply.ts';
import { readStoredPublicKey } from '../../core/resources/signing-key/observe.ts';
import { issuerBucket, outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { plannedRun } from '../../core/storage/run-files.ts';

export const handler = task('publish-oidc-documents', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const [{ desired, plan }, publicKey] = await Promise.all([
    plannedRun(run, store),
    readStoredPublicKey(run.cluster.name, store),
  ]);
  if (plan.issuer.changes.length === 0) return;
  await applyIssuer(
    {
      clusterName: run.cluster.name,
      run: run.id,
      issuer: desired.issuer,
      tags: desired.tags,
      publicKey,
      changes: plan.issuer.changes,
      before: plan.issuer.before,
    },
    issuerBucket(desired.issuer, env),
  );
});
