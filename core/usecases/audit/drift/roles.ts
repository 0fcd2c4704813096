import type { ClusterRoles } from '../../../domain/audit/cluster-roles.ts';
import { finding } from '../../../domain/audit/finding.ts';
import type { Finding } from '../../../domain/audit/report.ts';
import type { DesiredState } from '../../../domain/desired-state.ts';
import { ownerTagKey, RUN_TAG } from '../../../domain/names.ts';
import type { RoleSnapshot } from '../../../domain/observed.ts';
import { type Coverage, comparePermissions } from '../../../domain/policy/coverage.ts';
import { strangersOf } from '../../../domain/policy/wider-trust.ts';
import type { ActualRole } from '../../../resources/role/checks.ts';
import {
  deleteBoundaryCommand,
  deleteInlineCommand,
  deleteRoleCommands,
  detachCommand,
  tagRoleCommand,
} from '../../../resources/role/remedies.ts';
import { role } from '../../../resources/role/resource.ts';
import type { Specs } from '../../../resources/specs.ts';
import { livePermissions } from '../live-permissions.ts';
import { findingsOf, PREPARE_AGAIN, shown, some, type Texts } from './findings.ts';
import { extraText, permissionsText } from './role-permissions.ts';
import { trustText } from './role-trust.ts';

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
      .map((state) => orphan(state, desired)),
  ];
}

function roleDrift(
  spec: ReturnType<Specs['role']>,
  cluster: Pick<DesiredState, 'providerArn' | 'issuer'>,
  state: RoleSnapshot | undefined,
  live: ClusterRoles,
): Finding[] {
  const { desired } = spec;
  const { name, secretRef, policy } = desired;
  const effect = state && comparePermissions(desired.policy, livePermissions(state, live));
  // What a role that ccoctl or somebody else made had when a run took it over is not drift.
  const adopted = state === undefined || RUN_TAG in state.tags ? {} : { severity: 'info' as const };
  const texts: Texts<'role'> = {
    missing: () => ({ message: `The role of ${secretRef.namespace}/${secretRef.name} does not exist.` }),
    path: (found) => ({
      message: 'The role was recreated at another path: the Secret names a role that does not exist.',
      ...shown(found),
      remedy: `Delete the role first. ${PREPARE_AGAIN} To delete it: ${state === undefined ? '' : deleteRoleCommands(state)}`,
    }),
    tags: (found) => ({
      message: 'Tags of the cluster are missing or changed.',
      ...shown(found),
      remedy: tagRoleCommand(name, found.expected as Readonly<Record<string, string>>),
    }),
    trust: (found) => trustText(found, desired, cluster, state),
    permissions: (found) => permissionsText(found, desired, state, live, effect),
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
      remedy: `If it is wanted, name it as permissionsBoundaryArn in the cluster.yaml of the bundle. If nobody wants it: ${deleteBoundaryCommand(name)}`,
    }),
    'inline-extra': ({ subject = '', actual }) => ({
      ...extraText('InlinePolicyExtra', `inline policy ${subject}`, policy, actual, adopted),
      live: actual ?? 'not JSON',
      remedy: `If nobody needs it: ${deleteInlineCommand(name, subject)}`,
    }),
    'attached-extra': ({ subject = '' }) => ({
      ...extraText('PolicyAttached', `attached policy ${subject}`, policy, live.policies[subject], adopted),
      live: subject,
      remedy: `If nobody needs it: ${detachCommand(name, subject)}`,
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

function orphan(
  state: RoleSnapshot,
  { cluster: { name: cluster }, providerArn }: Pick<DesiredState, 'cluster' | 'providerArn'>,
): Finding {
  const others = strangersOf(state.trust, providerArn);
  const made = state.createdAt === undefined ? '' : `made ${state.createdAt}; `;
  return finding('RoleOrphaned', {
    resource: `role ${state.name}`,
    message: `The role carries the tags of the cluster, and no CredentialsRequest asks for it.${others.length === 0 ? '' : ` Its trust policy admits ${some(others)}, and whoever that is may use it.`}`,
    // IAM keeps the last use for 400 days; of a younger role it would be no age.
    live: made + (state.lastUsed === undefined ? 'IAM shows no use of it' : `last used ${state.lastUsed}`),
    remedy: `If an optional operator uses it, upload the operator's request as add/${cluster}/<name>.tgz. If nothing does, delete it: ${deleteRoleCommands(state)}`,
  });
}
