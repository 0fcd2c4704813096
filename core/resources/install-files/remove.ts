import pMap from 'p-map';
import { isAwsError } from '../../aws/errors.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { ChangedSincePlan } from '../../domain/errors.ts';
import type { RemovedManifest } from '../../domain/plan.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { listVersionsCommand } from '../object-commands.ts';
import type { RemovalStep } from '../resource.ts';
import { undoing } from '../undoing.ts';
import { fileKey, lastingFiles } from './desired.ts';

const READ_CONCURRENCY = 20;

interface Access {
  readonly store: ObjectStore;
}

/** A cluster as its last run left it, and as it shall be. */
export interface UnusedManifests {
  readonly before: Pick<DesiredState, 'issuer' | 'roles'>;
  readonly after: Pick<DesiredState, 'issuer' | 'roles'>;
}

/** The manifests that the cluster had, needs no more, and that are there. */
export async function observeUnusedManifests(
  { cluster, desired: { before, after } }: { readonly cluster: string; readonly desired: UnusedManifests },
  { store }: Access,
): Promise<readonly RemovedManifest[]> {
  const needed = new Set(lastingFiles(after).map(({ path }) => path));
  const paths = lastingFiles(before).map(({ path }) => path);
  const found = await pMap(
    paths.filter((path) => !needed.has(path)),
    async (path): Promise<RemovedManifest[]> => {
      const key = fileKey(cluster, path);
      const facts = await store.head(key);
      if (facts === undefined) return [];
      if (facts.versionId === undefined)
        throw new Error(`${key} has no version; the output bucket must be versioned.`);
      return [{ path, versionId: facts.versionId, etag: facts.etag }];
    },
    { concurrency: READ_CONCURRENCY },
  );
  return found.flat();
}

/** Hides a manifest behind a delete marker. Safe to run twice. Throws ChangedSincePlan when it is another one than was planned. */
export async function removeManifest(
  { cluster, found: { path, etag } }: RemovalStep<RemovedManifest>,
  { store }: Access,
): Promise<void> {
  const key = fileKey(cluster, path);
  if ((await store.head(key)) === undefined) return;
  try {
    await store.remove(key, { etag });
  } catch (error) {
    if (!isAwsError(error, 'PreconditionFailed', '412')) throw error;
    // A try whose answer was lost may have removed it.
    if ((await store.head(key)) === undefined) return;
    throw new ChangedSincePlan(`${key} was changed by somebody else while this run was at work.`, {
      cause: error,
    });
  }
}

/** A task that lost answers removes an object a few times; a loop without end would hide a fault. */
const MAX_MARKERS = 20;

/**
 * Shows a manifest again: takes away the delete markers above the version that the plan found on top. Markers
 * carry no run, but when the plan was made there were none above that version, and since then the run has held
 * the lock of the cluster.
 */
export function undoManifestRemoval(
  { cluster, found: { path, versionId } }: RemovalStep<RemovedManifest>,
  { store, outputBucket: bucket }: Access & { readonly outputBucket: string },
): Promise<UndoOutcome> {
  const key = fileKey(cluster, path);
  const resource = `s3://${bucket}/${key}`;
  const commands = [listVersionsCommand(bucket, key)];
  const left = (detail: string): UndoOutcome => ({ resource, outcome: 'left', detail, commands });
  return undoing(resource, commands, async () => {
    for (let removed = 0; removed <= MAX_MARKERS; removed += 1) {
      const versions = await store.versionsOf(key);
      const latest = versions.find(({ isLatest }) => isLatest);
      if (latest?.versionId === versionId) {
        return removed === 0
          ? { resource, outcome: 'untouched', detail: 'still there' }
          : { resource, outcome: 'undone', detail: 'shown again' };
      }
      if (!versions.some((version) => version.versionId === versionId)) return left('its version is gone');
      if (latest === undefined || !latest.isDeleteMarker)
        return left('written by somebody else since this run');
      await store.remove(key, { versionId: latest.versionId });
    }
    return left(`it has over ${MAX_MARKERS} delete markers`);
  });
}
