import { applyInstallFiles } from '../resources/install-files/apply.ts';
import { desiredManifests } from '../resources/install-files/desired.ts';
import { outputStore } from '../runtime/buckets.ts';
import { runInput } from '../runtime/run.ts';
import { plannedRun } from '../runtime/run-files.ts';
import { task } from '../runtime/task.ts';

export const handler = task('render-secrets', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const { desired, plan } = await plannedRun(run, store);
  if (plan.files.changes.length === 0) return;
  await applyInstallFiles(
    {
      clusterName: run.cluster.name,
      run: run.id,
      manifests: desiredManifests(desired),
      changes: plan.files.changes,
    },
    store,
  );
});
