import type { ObjectStore } from '../aws/object-store.ts';
import type { UndoOutcome } from '../domain/undo-outcome.ts';
import { listVersionsCommand } from './object-commands.ts';
import { RUN_METADATA } from './ownership.ts';
import { undoing } from './undoing.ts';

/** A run writes an object once or, after a lost answer, a few times; a loop without end would hide a fault. */
const MAX_VERSIONS = 20;

/**
 * Rolls back what a run wrote to one object of the (versioned) output bucket: its versions on top are
 * removed for good, which brings back what was there before. Safe to run twice and at any point.
 */
export function undoObject(
  { key, run, bucket }: { readonly key: string; readonly run: string; readonly bucket: string },
  store: ObjectStore,
): Promise<UndoOutcome> {
  const resource = `s3://${bucket}/${key}`;
  const commands = [listVersionsCommand(bucket, key)];
  return undoing(resource, commands, async () => {
    for (let removed = 0; removed <= MAX_VERSIONS; removed += 1) {
      const current = await store.head(key);
      if (current === undefined || current.metadata[RUN_METADATA] !== run) return outcome(resource, removed);
      await store.remove(
        key,
        current.versionId === undefined ? { etag: current.etag } : { versionId: current.versionId },
      );
    }
    return {
      resource,
      outcome: 'left',
      detail: `it has over ${MAX_VERSIONS} versions of this run`,
      commands,
    };
  });
}

function outcome(resource: string, removed: number): UndoOutcome {
  if (removed === 0) return { resource, outcome: 'untouched', detail: 'not written by this run' };
  const versions = `${removed} version${removed === 1 ? '' : 's'}`;
  return { resource, outcome: 'undone', detail: `${versions} of this run removed` };
}
