import pMap from 'p-map';
import { registryKey } from '../domain/registry.ts';
import { archiveKey } from '../resources/install-files/desired.ts';
import { ARCHIVE } from '../resources/install-files/diff.ts';
import { undoObject } from '../resources/install-files/undo.ts';
import { installKey } from '../resources/signing-key/paths.ts';
import { outputStore } from '../runtime/buckets.ts';
import { runInput } from '../runtime/run.ts';
import { task } from '../runtime/task.ts';
import { undoStep } from '../runtime/undo-step.ts';

const UNDOS_AT_ONCE = 20;

export const handler = task('undo-secrets', runInput, ({ run }, env) => {
  const store = outputStore(env);
  const { name } = run.cluster;
  return undoStep('undo-secrets', run, store, ({ plan }) => {
    const files = plan.files.changes.map(({ resource }) =>
      resource === ARCHIVE ? archiveKey(name) : installKey(name, resource),
    );
    return pMap([registryKey(name), ...files], (key) => undoObject(key, run.id, env.OUTPUT_BUCKET, store), {
      concurrency: UNDOS_AT_ONCE,
    });
  });
});
