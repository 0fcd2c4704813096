import type { ClusterRoles } from '../../../domain/audit/cluster-roles.ts';
import { finding } from '../../../domain/audit/finding.ts';
import type { Finding } from '../../../domain/audit/report.ts';
import type { DesiredRole, DesiredState } from '../../../domain/desired-state.ts';
import { AUDIENCES, ownerTagKey, RUN_TAG } from '../../../domain/names.ts';
import type { RoleSnapshot } from '../../../domain/observed.ts';
import { type Coverage, comparePermissions } from '../../../domain/policy/coverage.ts';
import { type WiderPermissions, widerPermissions } from '../../../domain/policy/wider-permissions.ts';
import { widerTrust } from '../../../domain/policy/wider-trust.ts';
import { type PolicyDocument, samePolicy } from '../../../domain/policy-document.ts';
import { restrictedRole } from '../../../domain/restrictions.ts';
import type { Discrepancy } from '../../../resources/resource.ts';
import type { ActualRole } from '../../../resources/role/checks.ts';
import {
  deleteBoundaryCommand,
  deleteInlineCommand,
  detachCommand,
  permissionsCommand,
  tagRoleCommand,
  trustCommand,
} from '../../../resources/role/remedies.ts';
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
  const { name, secretRef, policy } = desired;
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
    tags: (found) => ({
      message: 'Tags of the cluster are missing or changed.',
      ...shown(found),
      remedy: tagRoleCommand(name, found.expected as Readonly<Record<string, string>>),
    }),
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
      remedy: `If it is wanted, name it in cluster.yaml (permissionsBoundaryArn) and prepare again. If nobody wants it: ${deleteBoundaryCommand(name)}`,
    }),
    'inline-extra': ({ subject = '', actual }) => ({
      ...extraText(`inline policy ${subject}`, policy, actual as PolicyDocument | null | undefined, adopted),
      kind: isWide(policy, actual) ? 'PermissionsWidened' : 'InlinePolicyExtra',
      live: actual ?? 'not JSON',
      remedy: `If nobody needs it: ${deleteInlineCommand(name, subject)}`,
    }),
    'attached-extra': ({ subject = '' }) => ({
      ...extraText(`attached policy ${subject}`, policy, live.policies[subject], adopted),
      kind: isWide(policy, live.policies[subject]) ? 'PermissionsWidened' : 'PolicyAttached',
      live: subject,
      remedy: `If nobody needs it: ${detachCommand(name, subject)}`,
    }),
  };
  return findingsOf('role', `role ${name}`, role.checks(spec, actualOf(state, effect)), texts);
}

type Adopted = { readonly severity?: 'info' };

/** What a further policy of a role is, and whether it grants what nobody can list. */
function extraText(
  what: string,
  asked: PolicyDocument,
  document: PolicyDocument | null | undefined,
  adopted: Adopted,
): { readonly message: string; readonly severity?: 'info' } {
  const { wide, further } = widerOf(asked, document);
  const message = `The role has the ${what}, which no request asks for.`;
  if (wide.length > 0) return { message: `${message} It grants ${some(wide)}.` };
  return { message: further.length === 0 ? message : `${message} It grants ${some(further)}.`, ...adopted };
}

function widerOf(asked: PolicyDocument, document: unknown): WiderPermissions {
  if (document === null || document === undefined) return { wide: [], further: [] };
  return widerPermissions(asked, document as PolicyDocument);
}

function isWide(asked: PolicyDocument, document: unknown): boolean {
  return widerOf(asked, document).wide.length > 0;
}

const MAX_SHOWN = 5;

function some(texts: readonly string[]): string {
  const rest = texts.length - MAX_SHOWN;
  return texts.slice(0, MAX_SHOWN).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
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
  const { foreign, added } = widerTrust(state?.trust, { providerArn, host: issuer.host, subjects });
  const wider = foreign.length === 0 ? '' : ` It trusts besides: ${some(foreign)}.`;
  const { trust } = restrictedRole(role, cluster, state?.trust);
  const repair = { remedy: `${LOOK} ${trustCommand(role.name, trust)}` };
  if (refused.length > 0) {
    return {
      kind: 'TrustNarrowed',
      message: `The role no longer trusts ${refused.map(({ subject, reason }) => `${subject} (${reason})`).join(', ')}.${wider}`,
      ...evidence,
      ...(wider === '' ? {} : repair),
    };
  }
  if (foreign.length > 0) {
    return {
      kind: 'TrustWidened',
      message: `The trust policy admits, beside the service accounts of its component: ${some(foreign)}. Whoever that is has all that the role may do.`,
      ...evidence,
      ...repair,
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
  if (samePolicy(trust, state?.trust)) {
    return {
      kind: 'TrustRestricted',
      message: 'The trust policy admits the service accounts of its component, and restricts them further.',
      ...evidence,
      remedy: 'Nothing has to be done: the next run takes it over. If nobody wants it, take it out by hand.',
    };
  }
  return {
    kind: 'TrustChanged',
    message: `The trust policy admits the service accounts of its component, and ${added.length === 0 ? 'is not what was prepared' : `besides ${some(added)}`}.`,
    ...evidence,
    ...repair,
  };
}

const LOOK = 'If nobody you know changed it, look who assumed the role. To put it right:';

/** Permissions may be lost by another policy, and be there by another. */
function permissionsText(
  { actual, expected }: Discrepancy,
  { name, policy }: DesiredRole,
  state: RoleSnapshot | undefined,
  effect: Coverage | undefined,
): TextFor<'permissions'> {
  const own = state?.inline[name] ?? undefined;
  const isSame = samePolicy(policy, own);
  const { wide, further } = widerOf(policy, own);
  const wider = wide.length === 0 ? '' : ` Its inline policy grants besides: ${some(wide)}.`;
  const evidence = { live: actual ?? 'no inline policy of that name', wanted: expected };
  if (effect?.verdict === 'missing') {
    return {
      kind: 'PermissionsLost',
      message: `The role lacks ${describeGaps(effect.missing)}.${wider}`,
      ...evidence,
      actions: actionsOf(effect.missing),
      ...(isSame
        ? {
            remedy:
              'Something else than its inline policy takes them away. Put right what is said of its boundary and of its other policies.',
          }
        : {}),
    };
  }
  if (effect?.verdict === 'unknown' && wide.length === 0) {
    return {
      kind: 'PermissionsUnclear',
      message: `It cannot be told whether the role has ${describeGaps(effect.unknown)}.`,
      ...evidence,
      actions: actionsOf(effect.unknown),
      remedy: `Look at the policies of the role. ${isSame ? '' : PREPARE_AGAIN}`.trim(),
    };
  }
  const repair = permissionsCommand(name, policy);
  if (wide.length > 0) {
    return {
      kind: 'PermissionsWidened',
      message: `The inline policy grants what no request asks for: ${some(wide)}.`,
      ...evidence,
      remedy: `If nobody you know changed it, look what the role did. To put it right: ${repair}`,
    };
  }
  return {
    kind: 'PermissionsChanged',
    message: `The inline policy has all that was prepared, and ${further.length === 0 ? 'is another one' : `besides ${some(further)}`}.`,
    ...evidence,
    remedy: `If it grants more on purpose, leave it. To put it right: ${repair}`,
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
