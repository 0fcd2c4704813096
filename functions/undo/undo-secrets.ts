import pMap from 'p-map';
import { registryKey } from '../../core/domain/registry.ts';
import { fileKey } from '../../core/resources/install-files/desired.ts';
import { undoManifestRemoval } from '../../core/resources/install-files/remove.ts';
import { undoObject } from '../../core/resources/undo-object.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

const UNDOS_AT_ONCE = 20;

export const handler = task('undo-secrets', runInput, ({ run }, env) => {
  const store = outputStore(env);
  const { name } = run.cluster;
  const bucket = env.OUTPUT_BUCKET;
  return undoStep('undo-secrets', run, store, ({ plan, removed }) => {
    const written = [registryKey(name), ...plan.files.changes.map(({ resource }) => fileKey(name, resource))];
    const undos = [
      ...written.map((key) => () => undoObject({ key, run: run.id, bucket }, store)),
      ...removed.manifests.map((manifest) => () => undoManifestRemoval(manifest, name, bucket, store)),
    ];
    return pMap(undos, (undo) => undo(), { concurrency: UNDOS_AT_ONCE });
  });
});
