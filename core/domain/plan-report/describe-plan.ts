import { defined } from '../../util/defined.ts';
import type { Change } from '../change.ts';
import { addOnOf, operationOf, releaseOf } from '../cluster-change.ts';
import type { DesiredRole, DesiredState } from '../desired-state.ts';
import type { RoleState } from '../observed.ts';
import { allChanges, type Plan, removalChanges } from '../plan.ts';
import { formatLocation } from '../problem.ts';
import { differenceOf, permissionLines, trustLines } from './difference.ts';
import type { Component, PlanReport, Verdict } from './schema.ts';

/**
 * What a run would change, in the terms of whoever has to allow it: for each component whom its role would trust and what it
 * would be granted, action by action. Pure; everything is in the plan and in the desired state that it brings about.
 */
export function describePlan(
  run: string,
  { desired, plan }: { readonly desired: DesiredState; readonly plan: Plan },
  { plannedAt, warnings }: { readonly plannedAt: string; readonly warnings: readonly string[] },
): PlanReport {
  const planned = new Map(plan.roles.map((each) => [each.index, each]));
  const components = [
    ...desired.roles.map((role, index) => componentOf(role, planned.get(index), desired.providerArn)),
    ...(plan.removals?.roles ?? []).map(({ name, before }) =>
      removedComponent(name, before, desired.providerArn),
    ),
  ];
  const count = (verdict: Verdict) => components.filter((each) => each.verdict === verdict).length;
  const { cluster, issuer, bundle } = desired;
  return {
    version: 1,
    run,
    operation: operationOf(desired),
    ...defined({ release: releaseOf(desired), addOn: addOnOf(desired) }),
    plannedAt,
    bundle: { ...bundle },
    cluster: {
      name: cluster.name,
      region: cluster.region,
      ...defined({ release: cluster.release }),
      featureSet: cluster.featureSet,
    },
    isEmpty: allChanges(plan).length === 0,
    counts: {
      create: count('create'),
      change: count('change'),
      keep: count('keep'),
      remove: count('remove'),
    },
    signingKey: partOf(plan.signingKey.changes),
    issuer: {
      url: issuer.url,
      resource: issuer.type === 'existing' ? 'an issuer of somebody else' : `bucket ${issuer.bucket}`,
      ...partOf(plan.issuer.changes),
    },
    provider: { arn: desired.providerArn, ...partOf(plan.provider.changes) },
    components,
    files: filesOf([...plan.files.changes, ...removalChanges(plan)]),
    staying: [...(plan.removals?.kept ?? [])],
    skipped: desired.skipped.map(({ reason, ...at }) => `${formatLocation(at)}: ${reason}`),
    warnings: [...desired.warnings, ...(plan.warnings ?? []), ...warnings],
  };
}

function componentOf(
  role: DesiredRole,
  planned: Plan['roles'][number] | undefined,
  providerArn: string,
): Component {
  const { name, arn, secretRef, source, permissionsBoundaryArn } = role;
  const before = planned?.before;
  const part = partOf(planned?.changes ?? []);
  const changes = (what: string) => part.verdict === 'create' || part.changes.includes(what);
  const [trust, policy] = [trustLines(role.trust, providerArn), permissionLines(role.policy)];
  return {
    role: name,
    arn,
    secret: { ...secretRef },
    source: formatLocation(source),
    ...part,
    // What says the same in other words does not change, so it is compared only where it does.
    serviceAccounts: changes('trust policy')
      ? differenceOf(trustLines(before?.trust, providerArn), trust)
      : kept(trust),
    permissions: changes('permissions')
      ? differenceOf(permissionLines(before?.policy), policy)
      : kept(policy),
    ...(changes('permissions boundary') && before?.permissionsBoundaryArn !== permissionsBoundaryArn
      ? { boundary: defined({ from: before?.permissionsBoundaryArn, to: permissionsBoundaryArn }) }
      : {}),
  };
}

function removedComponent(name: string, before: RoleState, providerArn: string): Component {
  return {
    role: name,
    arn: before.arn,
    verdict: 'remove',
    changes: [],
    serviceAccounts: differenceOf(trustLines(before.trust, providerArn), []),
    permissions: differenceOf(permissionLines(before.policy), []),
  };
}

function kept(lines: readonly string[]): Component['permissions'] {
  return { added: [], removed: [], kept: new Set(lines).size };
}

function partOf(changes: readonly Change[]): { verdict: Verdict; changes: string[] } {
  const [first] = changes;
  if (first === undefined) return { verdict: 'keep', changes: [] };
  if (changes.some(({ action, part }) => action === 'create' && part === 'all'))
    return { verdict: 'create', changes: [] };
  return { verdict: 'change', changes: [...new Set(changes.map(({ part }) => part))] };
}

function filesOf(changes: readonly Change[]): PlanReport['files'] {
  const ofFiles = changes.filter(({ resource }) => !resource.startsWith('role '));
  const by = (action: Change['action']) =>
    ofFiles.filter((change) => change.action === action).map(({ resource }) => resource);
  return { create: by('create'), update: by('update'), remove: by('delete') };
}
