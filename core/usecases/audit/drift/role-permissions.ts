import type { ClusterRoles } from '../../../domain/audit/cluster-roles.ts';
import type { DesiredRole } from '../../../domain/desired-state.ts';
import type { RoleSnapshot } from '../../../domain/observed.ts';
import { type Coverage, comparePermissions } from '../../../domain/policy/coverage.ts';
import { actionsOf, describeGaps } from '../../../domain/policy/gaps.ts';
import { type WiderPermissions, widerPermissions } from '../../../domain/policy/wider-permissions.ts';
import { denies, type PolicyDocument, samePolicy } from '../../../domain/policy-document.ts';
import type { Discrepancy } from '../../../resources/resource.ts';
import { permissionsCommand, restoreBoundaryCommands } from '../../../resources/role/remedies.ts';
import { livePermissions } from '../live-permissions.ts';
import { some, type Texts } from './findings.ts';

/** Whether the role is one that a run took over: of such a role what it had besides is no drift, unless it is wide. */
type Adopted = { readonly severity?: 'info' };

/** What a further policy of a role is, and whether it grants what nobody can list. */
export function extraText<const Kind>(
  kind: Kind,
  what: string,
  asked: PolicyDocument,
  document: unknown,
  adopted: Adopted,
) {
  const { wide, further } = widerOf(asked, document);
  const message = `The role has the ${what}, which no request asks for.`;
  if (wide.length > 0)
    return { kind: 'PermissionsWidened' as const, message: `${message} It grants ${some(wide)}.` };
  return {
    kind,
    message: further.length === 0 ? message : `${message} It grants ${some(further)}.`,
    ...adopted,
  };
}

function widerOf(asked: PolicyDocument, document: unknown): WiderPermissions {
  if (document === null || document === undefined) return { wide: [], further: [] };
  return widerPermissions(asked, document as PolicyDocument);
}

/** Permissions may be lost by another policy, and be there by another. */
export function permissionsText(
  { actual, expected }: Discrepancy,
  desired: DesiredRole,
  state: RoleSnapshot | undefined,
  live: ClusterRoles,
  effect: Coverage | undefined,
): ReturnType<Texts<'role'>['permissions']> {
  const { name, policy } = desired;
  const own = state?.inline[name] ?? undefined;
  const isSame = samePolicy(policy, own);
  const { wide, further } = widerOf(policy, own);
  const wider = wide.length === 0 ? '' : ` Its inline policy grants besides: ${some(wide)}.`;
  const repair = permissionsCommand(name, policy);
  const evidence = { live: actual ?? 'no inline policy of that name', wanted: expected };
  if (effect?.verdict === 'missing') {
    return {
      kind: 'PermissionsLost',
      message: `The role lacks ${describeGaps(effect.missing)}.${wider}`,
      ...evidence,
      actions: actionsOf(effect.missing),
      ...(isSame
        ? { remedy: elsewhere(desired, state, live) }
        : // An upgrade keeps what it finds.
          denies(own)
          ? { remedy: `To put it right: ${repair}` }
          : {}),
    };
  }
  if (effect?.verdict === 'unknown' && wide.length === 0) {
    return {
      kind: 'PermissionsUnclear',
      message: `It cannot be told whether the role has ${describeGaps(effect.unknown)}.`,
      ...evidence,
      actions: actionsOf(effect.unknown),
      remedy: isSame
        ? 'Look at its boundary and at its other policies.'
        : `Look at the policies of the role. To put its own right: ${repair}`,
    };
  }
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

/** What to do where the role's own policy is what it was. */
function elsewhere(desired: DesiredRole, state: RoleSnapshot | undefined, live: ClusterRoles): string {
  const { policy, permissionsBoundaryArn } = desired;
  if (state !== undefined && permissionsBoundaryArn === state.permissionsBoundaryArn) {
    const { boundary, ...unbounded } = livePermissions(state, live);
    if (boundary !== undefined && comparePermissions(policy, unbounded).verdict === 'covered')
      return `Its permissions boundary no longer allows them. Find the version of it that did, and make that the default: ${restoreBoundaryCommands(permissionsBoundaryArn ?? '')}`;
  }
  return 'Something else than its inline policy takes them away. Put right what is said of its boundary and of its other policies.';
}
