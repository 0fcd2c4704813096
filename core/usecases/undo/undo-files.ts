import pMap from 'p-map';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { installFiles } from '../../resources/install-files/resource.ts';
import { stepsOf } from '../../resources/steps.ts';
import { undoObject } from '../../resources/undo-object.ts';
import * as layout from '../../storage/layout.ts';
import type { Run } from '../../storage/run.ts';
import type { Ledger } from './undo-step.ts';

const UNDO_CONCURRENCY = 20;

/** Undoes what a run did to the results: the registry entry and files that it wrote, and manifests that it took away. */
export async function undoFiles(
  run: Pick<Run, 'id' | 'cluster'>,
  ledger: Ledger,
  access: { readonly store: ObjectStore; readonly outputBucket: string },
): Promise<readonly UndoOutcome[]> {
  const cluster = run.cluster.name;
  const entry = { key: layout.registryEntry.of({ cluster }), run: run.id, bucket: access.outputBucket };
  const [registry, written, removed] = await Promise.all([
    undoObject(entry, access.store),
    installFiles.undo(stepsOf(run.id, ledger).installFiles, access),
    pMap(ledger.removed.manifests, (found) => installFiles.remove.undo({ cluster, found }, access), {
      concurrency: UNDO_CONCURRENCY,
    }),
  ]);
  return [registry, ...written, ...removed];
}
