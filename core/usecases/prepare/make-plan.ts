import { runOf } from '../../domain/cluster-change.ts';
import type { DesiredIssuer, DesiredState } from '../../domain/desired-state.ts';
import { reasonsForApproval } from '../../domain/needs-approval.ts';
import type { PlannedChanges } from '../../domain/plan.ts';
import type { IssuerAccess } from '../../resources/issuer/resource.ts';
import type { RegisteredCluster } from '../../storage/registered-cluster.ts';
import { planAdoption } from './plan-adoption.ts';
import { type PlanCollaborators, planChanges } from './plan-changes.ts';

/** What planning needs, for a cluster with whatever issuer. */
export interface Planning extends Omit<PlanCollaborators, keyof IssuerAccess> {
  readonly issuerOf: (issuer: DesiredIssuer) => IssuerAccess;
  /** The operations whose plans the deployment wants to have approved. */
  readonly approvalFor: readonly string[];
}

/**
 * Makes the plan of a run, and says in it why somebody has to approve it, where that is so. Reads only. Throws what
 * `planChanges` throws, or `planAdoption`.
 *
 * @param reading What the bundle says.
 * @param known The cluster as the registry knows it.
 */
export async function makePlan(
  reading: DesiredState,
  known: RegisteredCluster | undefined,
  { issuerOf, approvalFor, ...others }: Planning,
): Promise<PlannedChanges> {
  const collaborators = { ...others, ...issuerOf(reading.issuer) };
  const planning = runOf(reading).registersOnly === true ? planAdoption : planChanges;
  const { desired, plan } = await planning(reading, known, collaborators);
  const approval = reasonsForApproval(desired, plan, known, approvalFor);
  return { desired, plan: approval.length === 0 ? plan : { ...plan, approval } };
}
