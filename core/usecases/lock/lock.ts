import type { ExecutionStatus, Executions } from '../../aws/executions.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import { ifSpoilt, type Stored } from '../../storage/document.ts';
import type { LockContent } from '../../storage/documents.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import type { Run } from '../../storage/run.ts';

export type LockOutcome =
  | { readonly outcome: 'held' }
  | { readonly outcome: 'wait'; readonly waitSeconds: number; readonly holder: string }
  | { readonly outcome: 'busy'; readonly holder: string };

/** How long a run waits for another on the same cluster. One that works takes seconds, one that retries minutes. */
export const LOCK_WAIT_LIMIT_MS = 15 * 60_000;

/**
 * How long a function of an ended execution may be at work still: the limit of the longest one of a deletion, and its start.
 * The undo of another run waits so long by itself.
 */
const DELETION_TASK_MS = 255_000;

/** Undoes the run that holds a lock and has ended without releasing it; says whether that is still under way. */
export type UndoAbandoned = (holder: Run, status: ExecutionStatus) => Promise<boolean>;

/**
 * Tries to take a cluster's lock, once. The lock is an object that is written only where none is. A lock
 * whose execution has ended without releasing it is taken over by replacing just that version; but what
 * that run left half-made is undone first, for a rollback of this run would keep it.
 *
 * @param isDeletion Whether the run is one that is not undone, but done again.
 * @param waitedMs Time since the execution started; past `LOCK_WAIT_LIMIT_MS` the answer is `busy` instead of `wait`.
 */
export async function acquireLock(
  run: Run,
  waitedMs: number,
  store: ObjectStore,
  executions: Executions,
  undoAbandoned: UndoAbandoned,
  isDeletion = false,
): Promise<LockOutcome> {
  const place = { cluster: run.cluster.name };
  const content: LockContent = { execution: run.arn, run: run.id, ...(isDeletion && { isDeletion }) };
  if ((await documents.lock.write(place, content, store, { onlyIf: 'absent' })) !== undefined) {
    return { outcome: 'held' };
  }
  const current = await readLock(place.cluster, store);
  if (current === undefined) return waitOrGiveUp('a run that has just ended', waitedMs);
  const { value: holder, etag } = current;
  // An earlier attempt of this very task, whose answer was lost.
  if (holder.execution === run.arn) return { outcome: 'held' };
  const status = await executions.status(holder.execution);
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return waitOrGiveUp(holder.run, waitedMs);
  // Of a run that succeeded nothing is half-made, and of one that nobody remembers nothing is known.
  if (status !== undefined && status !== 'SUCCEEDED') {
    // It may have released the lock and ended between the two questions: then nothing of it is abandoned.
    if ((await readLock(place.cluster, store))?.etag !== etag)
      return waitOrGiveUp('a run that has just ended', waitedMs);
    if (holder.isDeletion === true) {
      if (waitedMs < DELETION_TASK_MS)
        return waitOrGiveUp(`${holder.run}, whose last function may be at work still`, waitedMs);
    } else {
      const abandoned = { id: holder.run, arn: holder.execution, cluster: run.cluster };
      if (await undoAbandoned(abandoned, status))
        return waitOrGiveUp(`${holder.run}, which is being undone`, waitedMs);
    }
  }
  const taken = await documents.lock.write(place, content, store, { onlyIf: { etag } });
  return taken === undefined ? waitOrGiveUp('a run that took over the lock', waitedMs) : { outcome: 'held' };
}

/** Who holds a cluster's lock; undefined when nobody does. */
export async function lockHolder(clusterName: string, store: ObjectStore): Promise<LockContent | undefined> {
  return (await readLock(clusterName, store))?.value;
}

/**
 * When a cluster's lock was released last, as far as the bucket's versions tell: a released lock is a delete marker.
 * Undefined when there was none, or the bucket is not versioned.
 */
export async function lastReleasedAt(clusterName: string, store: ObjectStore): Promise<string | undefined> {
  const versions = await store.versionsOf(layout.lock.of({ cluster: clusterName }));
  return versions.find(({ isDeleteMarker, isLatest }) => isDeleteMarker && isLatest)?.modifiedAt;
}

/** Releases a lock if the run holds it; anything else is left alone. */
export async function releaseLock(run: Run, store: ObjectStore): Promise<{ readonly released: boolean }> {
  const cluster = run.cluster.name;
  const own = await ownLock(run, store);
  if (own === undefined) return { released: false };
  await store.remove(layout.lock.of({ cluster }), { etag: own.etag });
  return { released: true };
}

/** The lock of the run's cluster where the run holds it; undefined where it does not. */
export async function ownLock(run: Run, store: ObjectStore): Promise<Stored<LockContent> | undefined> {
  const lock = await readLock(run.cluster.name, store);
  return lock?.value.execution === run.arn ? lock : undefined;
}

/** A lock that is not of this form was not written by a run, so no execution is found for it and it is taken over. */
export function readLock(cluster: string, store: ObjectStore): Promise<Stored<LockContent> | undefined> {
  return documents.lock.read({ cluster }, store, ifSpoilt({ execution: 'unknown', run: 'unknown' }));
}

/** Waits longer the longer it took so far: two seconds at first, thirty in the end. */
function waitOrGiveUp(holder: string, waitedMs: number): LockOutcome {
  if (waitedMs > LOCK_WAIT_LIMIT_MS) return { outcome: 'busy', holder };
  return { outcome: 'wait', waitSeconds: Math.min(30, 2 + Math.floor(waitedMs / 10_000)), holder };
}
