import { isAwsError } from '../../aws/errors.ts';
import type { Roles } from '../../aws/roles.ts';
import { ChangedSincePlan, NotYetConsistent } from '../../domain/errors.ts';
import { ownersOf } from '../../domain/names.ts';
import type { RoleState } from '../../domain/observed.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import { type UnusedRole, whyInUse } from '../../domain/unused-roles.ts';
import { describeOwner, isOwned } from '../ownership.ts';
import type { Kept, RemovalStep } from '../resource.ts';

/** A role that no request asks for any more, as it was when the removal was planned. */
export interface RemovableRole {
  readonly name: string;
  readonly before: RoleState;
}

/** A role that stays because it is in use: it is the cluster's as before. */
export interface RoleInUse {
  readonly inUse: string;
}

type RemovableStep = RemovalStep<RemovableRole>;

interface Access {
  readonly roles: Roles;
}

/**
 * Looks whether an unused role can go. Nothing when it is not there; `kept` says why it must stay: only what
 * is this cluster's alone, and could be recreated as it was, is removed. `inUse` says the same of one that IAM shows
 * to be used, though nobody asks for it.
 */
export async function observeUnusedRole(
  { cluster, desired }: { readonly cluster: string; readonly desired: UnusedRole },
  { roles }: Access,
): Promise<readonly (RemovableRole | RoleInUse | Kept)[]> {
  const { name } = desired.role;
  const [before, lastUsed] = await Promise.all([
    roles.get(name),
    desired.unlessUsedSince === undefined ? undefined : roles.lastUsed(name),
  ]);
  if (before === undefined) return [];
  const kept = (why: string) => [{ kept: `IAM role ${name} stays, though nothing asks for it: ${why}` }];
  if (!isOwned(before.tags, cluster) || ownersOf(before.tags).length > 1)
    return kept(`${describeOwner(before.tags)}.`);
  const ofAws = Object.keys(before.tags).filter((key) => key.startsWith('aws:'));
  // CloudFormation sets them on what its stacks make, and nobody else may: the role could not be made again as it was.
  if (ofAws.length > 0)
    return kept(
      `something of AWS looks after it, by its tags ${ofAws.join(', ')}. Take it away there, as in its CloudFormation stack.`,
    );
  const inUse = whyInUse(desired, lastUsed, Date.now());
  if (inUse !== undefined) return [{ inUse }];
  const others = await furtherPolicies(name, roles);
  return others.length === 0
    ? [{ name, before }]
    : kept(`it has further policies (${others.join(', ')}). Take them off, then delete the role.`);
}

/** Names of the policies that a role has besides its own. */
async function furtherPolicies(name: string, roles: Roles): Promise<readonly string[]> {
  const [inline, attached] = await Promise.all([
    roles.inlinePolicyNames(name),
    roles.attachedPolicyArns(name),
  ]);
  return [...inline.filter((policy) => policy !== name), ...attached];
}

/** Throws ChangedSincePlan unless the role is still as it was planned to be removed. */
export async function checkUnusedRole({ found: role }: RemovableStep, { roles }: Access): Promise<void> {
  const current = await roles.get(role.name);
  if (current === undefined || !isAsBefore(role, current, current.policy)) throw changed(role);
}

/**
 * Removes an unused role. Safe to run again after any stop. Throws ChangedSincePlan when somebody else changed
 * the role since the plan, and NotYetConsistent while IAM still sees the policy it has just deleted.
 */
export async function removeRole({ found: role }: RemovableStep, { roles }: Access): Promise<void> {
  const { name, before } = role;
  const current = await roles.get(name);
  if (current === undefined) return;
  // An earlier attempt may have come as far as the policy.
  if (!isAsBefore(role, current, current.policy ?? before.policy)) throw changed(role);
  await roles.deletePolicy(name);
  try {
    await roles.delete(name);
  } catch (error) {
    if (!isAwsError(error, 'DeleteConflict')) throw error;
    if ((await furtherPolicies(name, roles)).length > 0) throw changed(role);
    throw new NotYetConsistent(`IAM does not let go of role ${name} yet: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function isAsBefore({ before }: RemovableRole, current: RoleState, policy: RoleState['policy']): boolean {
  return (
    samePolicy(current.trust, before.trust) &&
    samePolicy(policy, before.policy) &&
    otherFacts(current) === otherFacts(before)
  );
}

function otherFacts({ trust: _, policy: __, tags, ...facts }: RoleState): string {
  return JSON.stringify([facts, tags].map((part) => Object.entries(part).sort()));
}

function changed({ name }: RemovableRole): ChangedSincePlan {
  return new ChangedSincePlan(
    `IAM role ${name}, which was to be removed, was changed by somebody else while this run was at work.`,
  );
}
