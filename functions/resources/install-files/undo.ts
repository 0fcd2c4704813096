import type { ObjectStore } from '../../aws/object-store.ts';
import { RUN_METADATA } from '../ownership.ts';
import { type UndoOutcome, undoing } from '../undo-outcome.ts';

/**
 * Takes back what a run wrote to one object of the (versioned) output bucket: its versions on top are
 * removed for good, which brings back what was there before. Safe to run twice and at any point.
 */
export function undoObject(
  key: string,
  run: string,
  bucket: string,
  store: ObjectStore,
): Promise<UndoOutcome> {
  const resource = `s3://${bucket}/${key}`;
  return undoing(
    resource,
    [`aws s3api list-object-versions --bucket ${bucket} --prefix ${key}`],
    async () => {
      let removed = 0;
      // A run writes an object once or, after a lost answer, a few times; a loop without end would hide a fault.
      while (removed < 20) {
        const current = await store.head(key);
        if (current === undefined || current.metadata[RUN_METADATA] !== run) break;
        await store.remove(
          key,
          current.versionId === undefined ? { etag: current.etag } : { versionId: current.versionId },
        );
        removed += 1;
      }
      return removed === 0
        ? { resource, outcome: 'untouched', detail: 'not written by this run' }
        : {
            resource,
            outcome: 'undone',
            detail: `${removed} version${removed === 1 ? '' : 's'} of this run removed`,
          };
    },
  );
}
