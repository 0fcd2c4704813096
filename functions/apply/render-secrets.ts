import { applyInstallFiles, readKeyFiles } from '../../core/resources/install-files/apply.ts';
import { desiredManifests, newSecrets } from '../../core/resources/install-files/desired.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { plannedRun } from '../../core/storage/run-files.ts';

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
