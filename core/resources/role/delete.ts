import { isAwsError } from '../../aws/errors.ts';
import type { Roles } from '../../aws/roles.ts';
import { NotYetConsistent } from '../../domain/errors.ts';
import { type RemovalAttempt, removing } from '../removing.ts';
import { deleteRoleCommands } from './remedies.ts';

/** A role, as a report of a deletion names it. */
export function roleResource(name: string): string {
  return `role ${name}`;
}

/**
 * Deletes a role of a cluster that is deleted, whatever policies it has: inline ones go with it, managed ones are detached
 * and stay, as its boundary does. Only where IAM refuses is the role asked what it has: for most that saves two calls.
 * Safe to run again.
 */
export function deleteRole(name: string, { roles }: { readonly roles: Roles }): Promise<RemovalAttempt> {
  const resource = roleResource(name);
  const commands = deleteRoleCommands({ name, inline: { [name]: null }, attached: [] }).split('; ');
  return removing(resource, commands, async () => {
    const removed = (detail: string) => ({ resource, outcome: 'removed', detail }) as const;
    await roles.deletePolicy(name);
    if (await isGone(name, roles)) return removed('deleted');
    const [inline, attached] = await Promise.all([
      ofRole(roles.inlinePolicyNames(name)),
      ofRole(roles.attachedPolicyArns(name)),
    ]);
    for (const policyName of inline) await roles.deletePolicy(name, policyName);
    for (const arn of attached) await roles.detachPolicy(name, arn);
    const refusal = await refusalOf(name, roles);
    if (refusal === undefined)
      return removed(
        attached.length === 0 ? 'deleted' : `deleted; detached from it, and kept: ${attached.join(', ')}`,
      );
    if (/instance profile/i.test(refusal.message))
      return {
        resource,
        outcome: 'left',
        detail: 'it is in an instance profile, so an EC2 instance may work with it',
        commands: [
          `aws iam list-instance-profiles-for-role --role-name ${name}`,
          `aws iam remove-role-from-instance-profile --role-name ${name} --instance-profile-name <profile>`,
        ],
      };
    throw new NotYetConsistent(`IAM does not let go of role ${name} yet: ${refusal.message}`, {
      cause: refusal,
    });
  });
}

async function isGone(name: string, roles: Roles): Promise<boolean> {
  return (await refusalOf(name, roles)) === undefined;
}

/** Deletes a role; IAM's refusal where something is on it still. */
async function refusalOf(name: string, roles: Roles): Promise<Error | undefined> {
  try {
    await roles.delete(name);
    return undefined;
  } catch (error) {
    if (isAwsError(error, 'DeleteConflict')) return error;
    throw error;
  }
}

/** A role that is gone meanwhile has no policies. */
async function ofRole(names: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await names;
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntity')) return [];
    throw error;
  }
}
