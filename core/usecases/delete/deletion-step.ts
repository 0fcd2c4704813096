import type { ObjectStore } from '../../aws/object-store.ts';
import type { DeletionItem, DeletionPlan, DeletionStep } from '../../domain/deletion/plan.ts';
import type { RemovalAttempt } from '../../resources/removing.ts';
import { checked, ifSpoilt } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { placeOf, type Run } from '../../storage/run.ts';
import { checkHeld } from '../lock/held.ts';

/** The plan of a deletion. Throws RecordTampered when it is not the one of that digest. */
export async function deletionPlanOf(run: Run, digest: string, store: ObjectStore): Promise<DeletionPlan> {
  const place = placeOf(run);
  const found = await documents.deletionPlan.readExisting(place, store);
  return checked(found, digest, layout.deletionPlan.of(place)).value;
}

/** What became of a part of a cluster; undefined when that is not known. */
export async function outcomesOf(
  step: DeletionStep,
  run: Run,
  store: ObjectStore,
): Promise<readonly DeletionItem[] | undefined> {
  return (await documents.deletionRecord.read({ ...placeOf(run), step }, store, ifSpoilt(undefined)))?.value;
}

/**
 * Removes one part of a cluster by its plan and keeps what became of it for the report. What cannot be removed is an outcome,
 * not an error; but a fault that may pass is thrown once all was tried and is on record, so that the state machine tries
 * again before anything counts as left. Throws LockLost, too.
 */
export async function deletionStep(
  step: DeletionStep,
  { run, digest }: { readonly run: Run; readonly digest: string },
  store: ObjectStore,
  remove: (plan: DeletionPlan) => Promise<readonly RemovalAttempt[]>,
): Promise<{ readonly removed: number; readonly left: number }> {
  const [plan] = await Promise.all([deletionPlanOf(run, digest, store), checkHeld(run, store)]);
  const attempts = await remove(plan);
  const items = attempts.map(({ passing: _, ...item }) => item);
  await documents.deletionRecord.write({ ...placeOf(run), step }, items, store);
  const passing = attempts.find((attempt) => attempt.passing !== undefined)?.passing;
  if (passing !== undefined) throw passing;
  const count = (outcome: DeletionItem['outcome']) => items.filter((each) => each.outcome === outcome).length;
  return { removed: count('removed'), left: count('left') };
}
