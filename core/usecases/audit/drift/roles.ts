import type { ClusterRoles } from '../../../domain/audit/cluster-roles.ts';
import { finding } from '../../../domain/audit/finding.ts';
import type { Finding } from '../../../domain/audit/report.ts';
import { type DesiredRole, type DesiredState, requestedOf } from '../../../domain/desired-state.ts';
import { AUDIENCES, ownerTagKey, RUN_TAG } from '../../../domain/names.ts';
import type { RoleSnapshot } from '../../../domain/observed.ts';
import { comparePermissions } from '../../../domain/policy/coverage.ts';
import { samePolicy } from '../../../domain/policy-document.ts';
import { missingTags } from '../../../domain/tags.ts';
import { actionsOf, describeGaps } from '../gaps.ts';
import { livePermissions } from '../live-permissions.ts';
import { trustOf } from '../trusted.ts';
import { PREPARE_AGAIN } from './remedies.ts';

/** What differs between the roles of a cluster as they were prepared and as they are. */
export function rolesDrift(desired: DesiredState, live: ClusterRoles): Finding[] {
  const byName = new Map(live.roles.map((role) => [role.name, role]));
  const wanted = new Set(desired.roles.map(({ name }) => name));
  return [
    ...desired.roles.flatMap((role) => roleDrift(role, desired, byName.get(role.name), live)),
    ...live.roles
      .filter((role) => !wanted.has(role.name) && ownerTagKey(desired.cluster.name) in role.tags)
      .map(orphan),
  ];
}

function roleDrift(
  wanted: DesiredRole,
  desired: DesiredState,
  state: RoleSnapshot | undefined,
  live: ClusterRoles,
): Finding[] {
  const resource = `role ${wanted.name}`;
  if (state === undefined) {
    return [
      finding('RoleMissing', {
        resource,
        message: `The role of ${wanted.secretRef.namespace}/${wanted.secretRef.name} does not exist.`,
        remedy: PREPARE_AGAIN,
      }),
    ];
  }
  return [
    ...pathDrift(wanted, state, resource),
    ...tagsDrift(desired.tags, state, resource),
    ...trustDrift(wanted, desired, state, resource),
    ...permissionsDrift(wanted, state, live, resource),
    ...boundaryDrift(wanted, state, resource),
    ...furtherPolicies(wanted, state, resource),
  ];
}

/** A role that ccoctl or somebody else made, and a run took over. What it had then is not drift. */
function isAdopted({ tags }: RoleSnapshot): boolean {
  return !(RUN_TAG in tags);
}

function pathDrift(wanted: DesiredRole, state: RoleSnapshot, resource: string): Finding[] {
  if (state.path === wanted.path) return [];
  return [
    finding('RolePathChanged', {
      resource,
      message: 'The role was made anew at another path: the Secret names a role that does not exist.',
      live: state.arn,
      wanted: wanted.arn,
      remedy: `Delete the role. ${PREPARE_AGAIN}`,
    }),
  ];
}

function tagsDrift(tags: DesiredState['tags'], state: RoleSnapshot, resource: string): Finding[] {
  const lacking = missingTags(tags, state.tags);
  if (Object.keys(lacking).length === 0) return [];
  return [
    finding('RoleTagsChanged', {
      resource,
      message: 'Tags of the cluster are missing or changed.',
      live: state.tags,
      wanted: lacking,
      remedy: PREPARE_AGAIN,
    }),
  ];
}

function trustDrift(
  wanted: DesiredRole,
  { providerArn, issuer }: DesiredState,
  state: RoleSnapshot,
  resource: string,
): Finding[] {
  const { trust } = requestedOf(wanted);
  if (samePolicy(trust, state.trust)) return [];
  const evidence = { live: state.trust ?? 'none', wanted: trust };
  const { refused, unclear } = trustOf(state.trust, providerArn, issuer.host, wanted.subjects, AUDIENCES[0]);
  if (refused.length > 0) {
    return [
      finding('TrustNarrowed', {
        resource,
        message: `The role no longer trusts ${refused.map(({ subject, reason }) => `${subject} (${reason})`).join(', ')}.`,
        ...evidence,
        remedy: PREPARE_AGAIN,
      }),
    ];
  }
  if (unclear.length > 0) {
    return [
      finding('TrustUnclear', {
        resource,
        message: `Whether the role trusts ${unclear.map(({ subject, reason }) => `${subject} cannot be told, because ${reason}`).join('; ')}.`,
        ...evidence,
        remedy: `Look at the trust policy. ${PREPARE_AGAIN}`,
      }),
    ];
  }
  return [
    finding('TrustChanged', {
      resource,
      message: 'The trust policy admits the service accounts of its component, and is not what was prepared.',
      ...evidence,
      remedy: `If nobody you know changed it, look who may assume the role. ${PREPARE_AGAIN}`,
    }),
  ];
}

function permissionsDrift(
  wanted: DesiredRole,
  state: RoleSnapshot,
  live: ClusterRoles,
  resource: string,
): Finding[] {
  const inline = state.inline[wanted.name] ?? undefined;
  const { policy } = requestedOf(wanted);
  const same = samePolicy(policy, inline);
  const { verdict, missing, unknown } = comparePermissions(policy, livePermissions(state, live));
  if (same && verdict === 'covered') return [];
  const evidence = { live: inline ?? 'no inline policy of that name', wanted: policy };
  if (verdict === 'missing') {
    return [
      finding('PermissionsLost', {
        resource,
        message: `The role lacks ${describeGaps(missing)}.`,
        ...evidence,
        actions: actionsOf(missing),
        remedy: same
          ? 'Something else than its inline policy takes them away: a boundary or another policy.'
          : PREPARE_AGAIN,
      }),
    ];
  }
  if (verdict === 'unknown') {
    return [
      finding('PermissionsUnclear', {
        resource,
        message: `It cannot be told whether the role has ${describeGaps(unknown)}.`,
        ...evidence,
        actions: actionsOf(unknown),
        remedy: `Look at the policies of the role. ${same ? '' : PREPARE_AGAIN}`.trim(),
      }),
    ];
  }
  return [
    finding('PermissionsChanged', {
      resource,
      message: 'The inline policy has all that was prepared, and is another one.',
      ...evidence,
      remedy: `If it grants more on purpose, leave it; else: ${PREPARE_AGAIN}`,
    }),
  ];
}

function boundaryDrift(wanted: DesiredRole, state: RoleSnapshot, resource: string): Finding[] {
  const [had, has] = [wanted.permissionsBoundaryArn, state.permissionsBoundaryArn];
  if (had === has) return [];
  const evidence = { live: has ?? 'none', wanted: had ?? 'none' };
  if (had === undefined) {
    return [
      finding('BoundaryAdded', {
        resource,
        message:
          'The role has a permissions boundary that was not prepared. It can only take permissions away.',
        ...evidence,
        ...(isAdopted(state) ? { severity: 'info' as const } : {}),
        remedy: 'If it is wanted, name it in cluster.yaml (permissionsBoundaryArn) and prepare again.',
      }),
    ];
  }
  return [
    finding(has === undefined ? 'BoundaryMissing' : 'BoundaryChanged', {
      resource,
      message:
        has === undefined
          ? 'The permissions boundary is gone, so nothing bounds the role but its own policies.'
          : 'The permissions boundary is another one.',
      ...evidence,
      remedy: PREPARE_AGAIN,
    }),
  ];
}

function furtherPolicies(wanted: DesiredRole, state: RoleSnapshot, resource: string): Finding[] {
  const adopted = isAdopted(state) ? { severity: 'info' as const } : {};
  const inline = Object.entries(state.inline).filter(([name]) => name !== wanted.name);
  return [
    ...inline.map(([name, document]) =>
      finding('InlinePolicyExtra', {
        resource,
        message: `The role has the inline policy ${name}, which no request asks for.`,
        live: document ?? 'not JSON',
        ...adopted,
        remedy: `If nobody needs it: aws iam delete-role-policy --role-name ${wanted.name} --policy-name '${name}'`,
      }),
    ),
    ...state.attached.map((arn) =>
      finding('PolicyAttached', {
        resource,
        message: `The role has the attached policy ${arn}, which no request asks for.`,
        live: arn,
        ...adopted,
        remedy: `If nobody needs it: aws iam detach-role-policy --role-name ${wanted.name} --policy-arn ${arn}`,
      }),
    ),
  ];
}

function orphan(state: RoleSnapshot): Finding {
  return finding('RoleOrphaned', {
    resource: `role ${state.name}`,
    message: 'The role carries the tags of the cluster, and no CredentialsRequest asks for it.',
    live: state.lastUsed === undefined ? 'not used in 400 days' : `last used ${state.lastUsed}`,
    remedy: 'If the cluster does not use it, delete it.',
  });
}
