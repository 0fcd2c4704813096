import { NotYetConsistent } from '../../core/domain/errors.ts';
import { allChanges, type Plan, removalChanges } from '../../core/domain/plan.ts';
import { issuerBucket, outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders, roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { lastStateOf } from '../../core/storage/registered-cluster.ts';
import { runInput } from '../../core/storage/run.ts';
import { runFiles } from '../../core/storage/run-files.ts';
import {
  type PlanCollaborators,
  planChanges,
  planReleaseChange,
} from '../../core/usecases/prepare/plan-changes.ts';

export const handler = task('plan-changes', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const files = runFiles(run, store);
  const read = await files.desired();
  const asked = read.value;
  const collaborators: PlanCollaborators = {
    store,
    issuerBucket: issuerBucket(asked.issuer, env),
    providers: identityProviders(),
    roles: roles(),
  };
  if (asked.releaseChange === undefined)
    return summarize(await files.keepPlan(await planChanges(asked, collaborators)));

  // The desired state may change until there is a plan, and never after.
  const known = await files.plan();
  if (known !== undefined) return summarize(known);
  const last = await lastStateOf(run.cluster.name, store);
  const { desired, plan } = await planReleaseChange(asked, last, collaborators);
  if (!(await files.replaceDesired(read, desired)))
    throw new NotYetConsistent('Another attempt of this task replaced the desired state meanwhile.');
  return summarize(await files.keepPlan(plan));
});

function summarize(plan: Plan) {
  return {
    changes: allChanges(plan).length,
    roles: plan.roles.map(({ index }) => index),
    removals: removalChanges(plan).length,
  };
}
