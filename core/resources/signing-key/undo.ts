import type { ObjectStore } from '../../aws/object-store.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import * as layout from '../../storage/layout.ts';
import { undoObject } from '../install-files/undo.ts';

/** Removes the versions of the key's two objects that this run wrote; versions of others stay. */
export async function undoSigningKey(
  clusterName: string,
  run: string,
  bucket: string,
  store: ObjectStore,
): Promise<readonly UndoOutcome[]> {
  const outcomes: UndoOutcome[] = [];
  // Public file first: while the private key is there, a later run can still derive it.
  for (const key of [layout.publicKey, layout.privateKey]) {
    outcomes.push(await undoObject(key.of({ cluster: clusterName }), run, bucket, store));
  }
  return outcomes;
}
