import { applySigningKey, repairPublicFile } from '../../core/resources/signing-key/apply.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { plannedRun } from '../../core/storage/run-files.ts';

export const handler = task('create-key-pair', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const { desired, plan } = await plannedRun(run, store);
  if (plan.signingKey.changes.length === 0) return;
  const cluster = { clusterName: run.cluster.name, run: run.id };
  if (plan.signingKey.kid !== undefined) {
    await repairPublicFile(cluster, store);
    return;
  }
  await applySigningKey(
    {
      ...cluster,
      ...(desired.publicKeyPem === undefined ? {} : { bundleKeyPem: desired.publicKeyPem }),
    },
    store,
  );
});
