import { applyIssuer } from '../resources/issuer/apply.ts';
import { readStoredPublicKey } from '../resources/signing-key/observe.ts';
import { issuerBucket, outputStore } from '../runtime/buckets.ts';
import { runInput } from '../runtime/run.ts';
import { plannedRun } from '../runtime/run-files.ts';
import { task } from '../runtime/task.ts';

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
