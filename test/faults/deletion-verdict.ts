import { differences } from './account-state.ts';
import type { RunRecord } from './faulty-run.ts';
import { type Case, type Judgement, mayKeepLock } from './verdict.ts';

/** Every deletion adds to it, so it says no more than how many there were. */
const TOMBSTONE = /\/deleted\.json$/;

/** Where a deletion that waits for an approval ends besides, by the function that met the fault. */
const ENDS: Readonly<Record<string, string>> = {
  // Whoever cannot have his decision taken has decided nothing.
  'decide-run': 'ApprovalTimedOut',
  // What cannot be seen any more once it was approved is other than it was.
  'plan-deletion': 'PlanOutdated',
};

/**
 * Judges a deletion: it says that the cluster is deleted, and it is; or it fails, and the same file uploaded again leaves what
 * a deletion without a fault leaves.
 */
export function judgeDeletion(
  deleted: RunRecord,
  record: RunRecord,
  point: Pick<Case, 'call' | 'functionName'>,
): Judgement {
  const defect = (detail: string): Judgement => ({ verdict: 'DEFECT', detail });
  const { outcome, after, again } = record;
  if (!record.met) return defect('the call never came');
  if (after.lock !== undefined && !mayKeepLock(point)) return defect('the lock stays');
  const wrong = ({ after: state }: RunRecord) =>
    differences(deleted.after.meaning, state.meaning)
      .filter(({ resource }) => !TOMBSTONE.test(resource))
      .map(({ resource, how }) => `${how}: ${resource}`)
      .join('; ');
  if (outcome.status === 'SUCCEEDED') {
    const left = wrong(record);
    return left === '' ? { verdict: 'deleted', detail: '' } : defect(`Deleted, but ${left}`);
  }
  const last = outcome.states.at(-1) ?? 'nowhere';
  if (!['DeletionIncomplete', 'DeletionRefused', 'ReadDeletion', ENDS[point.functionName]].includes(last))
    return defect(`ended in ${last}`);
  if (again?.outcome.status !== 'SUCCEEDED')
    return defect(`${last}, and the same file again: ${again?.outcome.error} ${again?.outcome.cause}`);
  const left = wrong(again);
  return left === ''
    ? { verdict: 'deleted-again', detail: last }
    : defect(`${last}, and after the same file again ${left}`);
}
