import { type DesiredRole, type RolePolicies, requestedOf } from './desired-state.ts';
import { mergePolicies, mergeTrusts } from './merge.ts';
import type { RoleState } from './observed.ts';
import { describeTrust } from './policy/trust.ts';
import { type PolicyDocument, samePolicy, statementsBeyond } from './policy-document.ts';

/*
 * What a role had beyond the requests when its cluster was adopted is somebody's work, and stays: runs after the adoption
 * bring the role to what requests ask for, and to this.
 */

/** A role as it is recorded when its cluster is adopted: what requests ask for, and apart from that what it has besides. */
export function adoptedRole(
  asked: DesiredRole,
  live: Pick<RoleState, 'policy' | 'trust'>,
  providerArn: string,
): DesiredRole {
  // A role that does not trust the cluster's issuer serves nobody by its trust, and is repaired.
  const isTrusting = describeTrust(live.trust).providers.includes(providerArn);
  return withFound(asked, {
    policy: beyond(asked.policy, live.policy),
    trust: beyond(asked.trust, isTrusting ? live.trust : undefined),
  });
}

/** A role that is to be just what is asked for, with what the cluster's record says was found besides. */
export function keepFound(role: DesiredRole, recorded: readonly DesiredRole[]): DesiredRole {
  const found = recorded.find(({ name }) => name === role.name)?.foundBesides;
  return found === undefined ? role : withFound(role, found);
}

function withFound(role: DesiredRole, found: RolePolicies): DesiredRole {
  const requested = requestedOf(role);
  const both = {
    policy: mergePolicies(role.policy, found.policy),
    trust: mergeTrusts(role.trust, found.trust),
  };
  if (samePolicy(both.policy, requested.policy) && samePolicy(both.trust, requested.trust)) return role;
  return { ...role, ...both, requested, foundBesides: found };
}

/** The statements of a live policy that say what is not asked for. */
function beyond(asked: PolicyDocument, live: PolicyDocument | undefined): PolicyDocument {
  return { ...asked, Statement: statementsBeyond(live, [asked]) };
}
