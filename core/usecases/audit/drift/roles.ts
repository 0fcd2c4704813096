import type { ClusterRoles } from '../../../domain/audit/cluster-roles.ts';
import { finding } from '../../../domain/audit/finding.ts';
import type { Finding } from '../../../domain/audit/report.ts';
import type { DesiredRole, DesiredState } from '../../../domain/desired-state.ts';
import { AUDIENCES, ownerTagKey, RUN_TAG } from '../../../domain/names.ts';
import type { RoleSnapshot } from '../../../domain/observed.ts';
import { type Coverage, comparePermissions } from '../../../domain/policy/coverage.ts';
import { samePolicy } from '../../../domain/policy-document.ts';
import { restrictedRole } from '../../../domain/restrictions.ts';
import type { Discrepancy } from '../../../resources/resource.ts';
import type { ActualRole } from '../../../resources/role/checks.ts';
import { role } from '../../../resources/role/resource.ts';
import type { Specs } from '../../../resources/specs.ts';
import { actionsOf, describeGaps } from '../gaps.ts';
import { livePermissions } from '../live-permissions.ts';
import { trustOf } from '../trusted.ts';
import { findingsOf, PREPARE_AGAIN, shown, type Texts } from './findings.ts';

type TextFor<Check extends keyof Texts<'role'>> = ReturnType<Texts<'role'>[Check]>;

/** What differs between the roles of a cluster as they were prepared and as they are. */
export function rolesDrift(
  desired: Pick<DesiredState, 'cluster' | 'roles' | 'providerArn' | 'issuer'>,
  specs: Pick<Specs, 'role'>,
  live: ClusterRoles,
): Finding[] {
  const byName = new Map(live.roles.map((each) => [each.name, each]));
  const wanted = new Set(desired.roles.map(({ name }) => name));
  return [
    ...desired.roles.flatMap((each) => roleDrift(specs.role(each), desired, byName.get(each.name), live)),
    ...live.roles
      .filter(({ name, tags }) => !wanted.has(name) && ownerTagKey(desired.cluster.name) in tags)
      .map((state) => orphan(state, desired.cluster.name)),
  ];
}

function roleDrift(
  spec: ReturnType<Specs['role']>,
  cluster: Pick<DesiredState, 'providerArn' | 'issuer'>,
  state: RoleSnapshot | undefined,
  live: ClusterRoles,
): Finding[] {
  const { desired } = spec;
  const { name, secretRef } = desired;
  const effect = state && comparePermissions(desired.policy, livePermissions(state, live));
  // What a role that ccoctl or somebody else made had when a run took it over is not drift.
  const adopted = state === undefined || RUN_TAG in state.tags ? {} : { severity: 'info' as const };
  const texts: Texts<'role'> = {
    missing: () => ({ message: `The role of ${secretRef.namespace}/${secretRef.name} does not exist.` }),
    path: (found) => ({
      message: 'The role was recreated at another path: the Secret names a role that does not exist.',
      ...shown(found),
      remedy: `Delete the role. ${PREPARE_AGAIN}`,
    }),
    tags: (found) => ({ message: 'Tags of the cluster are missing or changed.', ...shown(found) }),
    trust: (found) => trustText(found, desired, cluster, state),
    permissions: (found) => permissionsText(found, desired, state, effect),
    'boundary-missing': (found) => ({
      message: 'The permissions boundary is gone, so nothing bounds the role but its own policies.',
      ...shown(found),
    }),
    'boundary-other': (found) => ({
      message: 'The permissions boundary is another one.',
      ...shown(found),
    }),
    'boundary-added': ({ actual }) => ({
      message:
        'The role has a permissions boundary that was not prepared. It can only take permissions away.',
      live: actual,
      wanted: 'none',
      ...adopted,
      remedy: 'If it is wanted, name it in cluster.yaml (permissionsBoundaryArn) and prepare again.',
    }),
    'inline-extra': ({ subject, actual }) => ({
      message: `The role has the inline policy ${subject}, which no request asks for.`,
      live: actual ?? 'not JSON',
      ...adopted,
      remedy: `If nobody needs it: aws iam delete-role-policy --role-name ${name} --policy-name '${subject}'`,
    }),
    'attached-extra': ({ subject }) => ({
      message: `The role has the attached policy ${subject}, which no request asks for.`,
      live: subject,
      ...adopted,
      remedy: `If nobody needs it: aws iam detach-role-policy --role-name ${name} --policy-arn ${subject}`,
    }),
  };
  return findingsOf('role', `role ${name}`, role.checks(spec, actualOf(state, effect)), texts);
}

/** A role of the account's listing, as it is compared. */
function actualOf(state: RoleSnapshot | undefined, effect: Coverage | undefined): ActualRole | undefined {
  if (state === undefined || effect === undefined) return undefined;
  const { name, inline, attached, ...parts } = state;
  const { [name]: policy, ...others } = inline;
  return {
    ...parts,
    ...(policy === undefined || policy === null ? {} : { policy }),
    further: { inline: others, attached, effect: effect.verdict },
  };
}

/** A trust policy that is another one may still trust whom it should. */
function trustText(
  { actual, expected }: Discrepancy,
  role: DesiredRole,
  cluster: Pick<DesiredState, 'providerArn' | 'issuer'>,
  state: RoleSnapshot | undefined,
): TextFor<'trust'> {
  const evidence = shown({ check: 'trust', actual, expected });
  const { subjects } = role;
  const { providerArn, issuer } = cluster;
  const { refused, unclear } = trustOf(state?.trust, providerArn, issuer.host, subjects, AUDIENCES[0]);
  if (refused.length > 0) {
    return {
      kind: 'TrustNarrowed',
      message: `The role no longer trusts ${refused.map(({ subject, reason }) => `${subject} (${reason})`).join(', ')}.`,
      ...evidence,
    };
  }
  if (unclear.length > 0) {
    return {
      kind: 'TrustUnclear',
      message: `Whether the role trusts ${unclear.map(({ subject, reason }) => `${subject} cannot be told, because ${reason}`).join('; ')}.`,
      ...evidence,
      remedy: `Look at the trust policy. ${PREPARE_AGAIN}`,
    };
  }
  if (samePolicy(restrictedRole(role, cluster, state?.trust).trust, state?.trust)) {
    return {
      kind: 'TrustRestricted',
      message: 'The trust policy admits the service accounts of its component, and restricts them further.',
      ...evidence,
      remedy: 'Nothing has to be done: the next run takes it over. If nobody wants it, take it out by hand.',
    };
  }
  return {
    kind: 'TrustChanged',
    message: 'The trust policy admits the service accounts of its component, and is not what was prepared.',
    ...evidence,
    remedy: `If nobody you know changed it, look who may assume the role. ${PREPARE_AGAIN}`,
  };
}

/** Permissions may be lost by another policy, and be there by another. */
function permissionsText(
  { actual, expected }: Discrepancy,
  { name, policy }: DesiredRole,
  state: RoleSnapshot | undefined,
  effect: Coverage | undefined,
): TextFor<'permissions'> {
  const isSame = samePolicy(policy, state?.inline[name] ?? undefined);
  const evidence = { live: actual ?? 'no inline policy of that name', wanted: expected };
  if (effect?.verdict === 'missing') {
    return {
      kind: 'PermissionsLost',
      message: `The role lacks ${describeGaps(effect.missing)}.`,
      ...evidence,
      actions: actionsOf(effect.missing),
      ...(isSame
        ? { remedy: 'Something else than its inline policy takes them away: a boundary or another policy.' }
        : {}),
    };
  }
  if (effect?.verdict === 'unknown') {
    return {
      kind: 'PermissionsUnclear',
      message: `It cannot be told whether the role has ${describeGaps(effect.unknown)}.`,
      ...evidence,
      actions: actionsOf(effect.unknown),
      remedy: `Look at the policies of the role. ${isSame ? '' : PREPARE_AGAIN}`.trim(),
    };
  }
  return {
    kind: 'PermissionsChanged',
    message: 'The inline policy has all that was prepared, and is another one.',
    ...evidence,
    remedy: `If it grants more on purpose, leave it; else: ${PREPARE_AGAIN}`,
  };
}

function orphan(state: RoleSnapshot, cluster: string): Finding {
  const made = state.createdAt === undefined ? '' : `made ${state.createdAt}; `;
  return finding('RoleOrphaned', {
    resource: `role ${state.name}`,
    message: 'The role carries the tags of the cluster, and no CredentialsRequest asks for it.',
    // IAM keeps the last use for 400 days; of a younger role it would be no age.
    live: made + (state.lastUsed === undefined ? 'IAM shows no use of it' : `last used ${state.lastUsed}`),
    remedy: `If an optional operator uses it, upload the operator's request as add/${cluster}/<name>.tgz. If nothing does, delete it.`,
  });
}
