import pMap from 'p-map';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import type { Step } from '../resource.ts';
import { undoObject } from '../undo-object.ts';
import { type DesiredFiles, fileKey } from './desired.ts';

const UNDOS_AT_ONCE = 20;

/** Brings back the versions of the planned files that were there before the run. */
export function undoInstallFiles(
  { cluster, run, changes }: Pick<Step<DesiredFiles, never>, 'cluster' | 'run' | 'changes'>,
  { store, outputBucket: bucket }: { readonly store: ObjectStore; readonly outputBucket: string },
): Promise<readonly UndoOutcome[]> {
  return pMap(
    changes,
    ({ resource }) => undoObject({ key: fileKey(cluster, resource), run, bucket }, store),
    { concurrency: UNDOS_AT_ONCE },
  );
}
