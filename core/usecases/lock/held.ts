import type { ObjectStore } from '../../aws/object-store.ts';
import { LockLost } from '../../domain/errors.ts';
import * as documents from '../../storage/documents.ts';
import type { Run } from '../../storage/run.ts';
import { plannedRun } from '../../storage/run-files.ts';
import { ownLock, readLock } from './lock.ts';

/*
 * An execution that was stopped, timed out or died can be redriven for 14 days, and goes on with the state that it was in
 * (Step Functions, RedriveExecution). By then it may have been undone, or another run be at work, or have ended well. So
 * whatever changes something by the plan of a run looks whether the run still holds its cluster's lock.
 */

/**
 * Desired state and plan of a run that is past PlanChanges, for what changes something by them. Throws LockLost, and what
 * `plannedRun` throws.
 */
export async function heldRun(run: Run, store: ObjectStore): ReturnType<typeof plannedRun> {
  const [planned] = await Promise.all([plannedRun(run, store), checkHeld(run, store)]);
  return planned;
}

/** Throws LockLost where the run's execution does not hold its cluster's lock, or its undo was started. */
export async function checkHeld(run: Run, store: ObjectStore): Promise<void> {
  const lock = await heldLock(run, store);
  if (lock.isUndone === true)
    throw new LockLost(
      `The execution was stopped and its undo was started: ${run.id} changes nothing any more. It must not be redriven; upload the bundle again.`,
    );
}

/** The same for what undoes the run. Throws LockLost. */
export async function checkUndoHolds(run: Run, store: ObjectStore): Promise<void> {
  await heldLock(run, store);
}

async function heldLock(run: Run, store: ObjectStore) {
  const lock = await readLock(run.cluster.name, store);
  if (lock?.value.execution !== run.arn)
    throw new LockLost(
      `${run.id} does not hold the lock of cluster ${run.cluster.name} any more${lock === undefined ? '' : `, which ${lock.value.run} has`}: what it knows of the cluster may not be so by now. It must not be redriven; upload the bundle again.`,
    );
  return lock.value;
}

/**
 * Notes in its lock that a run is undone, before its undo starts. False where the run does not hold it any more. A function
 * that was called before goes on until its own time limit, which the undo waits for.
 */
export async function markUndone(run: Run, store: ObjectStore): Promise<boolean> {
  const lock = await ownLock(run, store);
  if (lock === undefined) return false;
  if (lock.value.isUndone === true) return true;
  const marked = await documents.lock.write(
    { cluster: run.cluster.name },
    { ...lock.value, isUndone: true },
    store,
    { onlyIf: { etag: lock.etag } },
  );
  return marked !== undefined;
}
