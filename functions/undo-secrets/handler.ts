import pMap from 'p-map';
import { registryKey } from '../domain/registry.ts';
import { fileKey } from '../resources/install-files/desired.ts';
import { undoManifestRemoval } from '../resources/install-files/remove.ts';
import { undoObject } from '../resources/install-files/undo.ts';
import { outputStore } from '../runtime/buckets.ts';
import { runInput } from '../runtime/run.ts';
import { task } from '../runtime/task.ts';
import { undoStep } from '../runtime/undo-step.ts';

const UNDOS_AT_ONCE = 20;

export const handler = task('undo-secrets', runInput, ({ run }, env) => {
  const store = outputStore(env);
  const { name } = run.cluster;
  const bucket = env.OUTPUT_BUCKET;
  return undoStep('undo-secrets', run, store, ({ plan, removed }) => {
    const written = [registryKey(name), ...plan.files.changes.map(({ resource }) => fileKey(name, resource))];
    const undos = [
      ...written.map((key) => () => undoObject(key, run.id, bucket, store)),
      ...removed.manifests.map((manifest) => () => undoManifestRemoval(manifest, name, bucket, store)),
    ];
    return pMap(undos, (undo) => undo(), { concurrency: UNDOS_AT_ONCE });
  });
});
