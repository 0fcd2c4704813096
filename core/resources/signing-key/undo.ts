import type { ObjectStore } from '../../aws/object-store.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { undoObject } from '../undo-object.ts';
import { installKey, PRIVATE_KEY_FILE, PUBLIC_KEY_FILE } from './paths.ts';

/** Removes the versions of the key's two objects that this run wrote; versions of others stay. */
export async function undoSigningKey(
  { cluster, run }: { readonly cluster: string; readonly run: string },
  { store, outputBucket: bucket }: { readonly store: ObjectStore; readonly outputBucket: string },
): Promise<readonly UndoOutcome[]> {
  const outcomes: UndoOutcome[] = [];
  // Public file first: while the private key is there, a later run can still derive it.
  for (const file of [PUBLIC_KEY_FILE, PRIVATE_KEY_FILE]) {
    outcomes.push(await undoObject({ key: installKey(cluster, file), run, bucket }, store));
  }
  return outcomes;
}
