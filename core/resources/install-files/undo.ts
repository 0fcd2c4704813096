import pMap from 'p-map';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import type { Step } from '../resource.ts';
import { undoObject } from '../undo-object.ts';
import type { DesiredFiles } from './desired.ts';
import { fileKey } from './desired.ts';

const UNDO_CONCURRENCY = 20;

/** Brings back the versions of the planned files that were there before the run. */
export function undoInstallFiles(
  { cluster, run, changes }: Pick<Step<DesiredFiles, never>, 'cluster' | 'run' | 'changes'>,
  { store, outputBucket: bucket }: { readonly store: ObjectStore; readonly outputBucket: string },
): Promise<readonly UndoOutcome[]> {
  return pMap(
    changes,
    ({ resource }) => undoObject({ key: fileKey(cluster, resource), run, bucket }, store),
    { concurrency: UNDO_CONCURRENCY },
  );
}
