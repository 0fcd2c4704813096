import { applyInstallFiles, readKeyFiles } from '../resources/install-files/apply.ts';
import { desiredManifests, newSecrets } from '../resources/install-files/desired.ts';
import { outputStore } from '../runtime/buckets.ts';
import { runInput } from '../runtime/run.ts';
import { plannedRun } from '../runtime/run-files.ts';
import { task } from '../runtime/task.ts';

export const handler = task('render-secrets', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const { name: clusterName } = run.cluster;
  const [{ desired, plan }, keys] = await Promise.all([
    plannedRun(run, store),
    readKeyFiles(clusterName, store),
  ]);
  const { changes } = plan.files;
  await applyInstallFiles(
    {
      clusterName,
      run: run.id,
      manifests: desiredManifests(desired),
      further: newSecrets(desired, changes),
      changes,
      keys,
    },
    store,
  );
});
