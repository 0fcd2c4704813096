import type { DesiredIssuer } from '../../domain/desired-state.ts';
import { NotYetConsistent } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import { currentStateOf } from '../../storage/registered-cluster.ts';
import type { Run } from '../../storage/run.ts';
import { runFiles } from '../../storage/run-files.ts';
import { type PlanCollaborators, planChanges, planReleaseChange } from './plan-changes.ts';

/**
 * Makes the plan of a run and keeps it; a run that has one keeps that. What a change of release finds in the account
 * becomes part of the desired state, which may change until there is a plan, and never after. Throws what
 * `planChanges` and `planReleaseChange` throw, and NotYetConsistent when another attempt was at work meanwhile.
 */
export async function keepPlan(
  run: Run,
  {
    store,
    issuerBucketOf,
    ...others
  }: Omit<PlanCollaborators, 'issuerBucket'> & {
    readonly issuerBucketOf: (issuer: DesiredIssuer) => PlanCollaborators['issuerBucket'];
  },
): Promise<Plan> {
  const files = runFiles(run, store);
  const read = await files.desired();
  const collaborators = { store, ...others, issuerBucket: issuerBucketOf(read.value.issuer) };
  if (read.value.releaseChange === undefined)
    return files.keepPlan(await planChanges(read.value, collaborators));
  const known = await files.plan();
  if (known !== undefined) return known;
  const current = await currentStateOf(run.cluster.name, store);
  const { desired, plan } = await planReleaseChange(read.value, current, collaborators);
  if (!(await files.replaceDesired(read, desired)))
    throw new NotYetConsistent('Another attempt of this task replaced the desired state meanwhile.');
  return files.keepPlan(plan);
}
