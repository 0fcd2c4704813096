import { digestOf } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import { placeOf, type Run } from '../../storage/run.ts';
import { type DeletionAccess, type DeletionWish, lookAtCluster } from './look-at-cluster.ts';
import { rejectionOf } from './observed.ts';

/** What the state machine is told of a plan. */
export interface PlannedDeletion {
  readonly refused: boolean;
  /** Why, as the execution ends with it. */
  readonly error?: string;
  readonly cause?: string;
  /** SHA-256 of the plan, by which the later steps know that it is this one. */
  readonly digest: string;
  readonly roles: number;
  /** Whether somebody has to approve it. */
  readonly needsApproval: boolean;
}

/**
 * Looks at everything that there is of a cluster before any of it is removed, keeps what is to go, and tells all at once what
 * stands against it.
 */
export async function planDeletion(
  run: Run,
  wish: DeletionWish,
  access: DeletionAccess,
): Promise<PlannedDeletion> {
  const { plan, refusals, needsApproval } = await lookAtCluster(run, wish, access);
  await documents.deletionPlan.write(placeOf(run), plan, access.store);
  const told = {
    digest: digestOf(documents.deletionPlan.format(plan)),
    roles: plan.roles.length,
    needsApproval,
  };
  return refusals.length === 0
    ? { refused: false, ...told }
    : { refused: true, ...rejectionOf(refusals), ...told };
}
