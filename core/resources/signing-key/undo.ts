import type { ObjectStore } from '../../aws/object-store.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import * as layout from '../../storage/layout.ts';
import { undoObject } from '../undo-object.ts';

/** Removes the versions of the key's two objects that this run wrote; versions of others stay. */
export async function undoSigningKey(
  { cluster, run }: { readonly cluster: string; readonly run: string },
  { store, outputBucket: bucket }: { readonly store: ObjectStore; readonly outputBucket: string },
): Promise<readonly UndoOutcome[]> {
  const outcomes: UndoOutcome[] = [];
  // Public file first: while the private key is there, a later run can still derive it.
  for (const file of [layout.PUBLIC_KEY_FILE, layout.PRIVATE_KEY_FILE]) {
    outcomes.push(
      await undoObject({ key: layout.installFile.of({ cluster, path: file }), run, bucket }, store),
    );
  }
  return outcomes;
}
