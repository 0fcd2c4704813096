import { deletionChangedSince } from '../../domain/deletion/outdated.ts';
import type { Run } from '../../storage/run.ts';
import { type Approved, approvalOf, refuseOutdated } from '../approval/approved.ts';
import { deletionPlanOf } from './deletion-step.ts';
import { type DeletionAccess, type DeletionWish, lookAtCluster } from './look-at-cluster.ts';
import { rejectionOf } from './observed.ts';
import type { PlannedDeletion } from './plan-deletion.ts';

/**
 * Looks at a cluster once more whose deletion was approved. Throws what `approvalOf` throws, and PlanOutdated when something else
 * would go or stay by now, or stands against it. The plan that was approved is the one that counts.
 */
export async function confirmDeletion(
  run: Run,
  approved: Approved,
  wish: DeletionWish,
  access: DeletionAccess,
): Promise<PlannedDeletion> {
  const { store } = access;
  await approvalOf(run, approved, store);
  const kept = await deletionPlanOf(run, approved.plan, store);
  const { plan, refusals } = await lookAtCluster(run, wish, access);
  refuseOutdated([
    ...deletionChangedSince(kept, plan),
    ...(refusals.length === 0 ? [] : rejectionOf(refusals).cause.split('\n')),
  ]);
  return { refused: false, digest: approved.plan, roles: kept.roles.length, needsApproval: true };
}
