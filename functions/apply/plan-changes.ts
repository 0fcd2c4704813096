import { allChanges, partsChangedBy, removalChanges } from '../../core/domain/plan.ts';
import { approvalFor } from '../../core/runtime/approval.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { guardRules } from '../../core/runtime/guard.ts';
import { identityProviders, limits, roles } from '../../core/runtime/iam.ts';
import { issuerAccess } from '../../core/runtime/issuer.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { approvedSchema } from '../../core/usecases/approval/approved.ts';
import { confirmPlan } from '../../core/usecases/approval/confirm-plan.ts';
import { keepPlan } from '../../core/usecases/prepare/keep-plan.ts';
import type { Planning } from '../../core/usecases/prepare/make-plan.ts';

/** Of a run whose plan was approved, it is looked at again before anything else. */
const input = runInput.extend({ approved: approvedSchema.exactOptional() });

export const handler = task('plan-changes', input, async ({ run, approved }, env) => {
  const planning: Planning = {
    store: outputStore(env),
    issuerOf: (issuer) => issuerAccess(issuer, env),
    providers: identityProviders(),
    roles: roles(),
    limits: limits(env),
    guard: guardRules(env),
    ownSigningKeys: env.OWN_SIGNING_KEYS === 'true',
    approvalFor: approvalFor(env),
  };
  if (approved !== undefined) await confirmPlan(run, approved, planning);
  const { plan, records } = await keepPlan(run, planning);
  return {
    records,
    changes: allChanges(plan).length,
    makes: partsChangedBy(plan),
    roles: plan.roles.map(({ index }) => index),
    removals: removalChanges(plan).length,
    registersOnly: plan.differences !== undefined,
    needsApproval: plan.approval !== undefined,
  };
});
