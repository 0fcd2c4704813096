import type { AccountLimits } from '../../aws/account-limits.ts';
import { isAwsError } from '../../aws/errors.ts';
import type { Roles } from '../../aws/roles.ts';
import type { FurtherPolicies } from './left-as-is.ts';

/**
 * Reads what others put on a role: a Deny in it takes from what requests ask for, as where somebody put the role into
 * quarantine. Throws what IAM throws, but for what it refuses to show.
 */
export async function readFurther(
  name: string,
  { roles, limits }: { readonly roles: Roles; readonly limits: AccountLimits },
): Promise<FurtherPolicies> {
  try {
    const [inline, attached] = await Promise.all([
      roles.inlinePolicyNames(name),
      roles.attachedPolicyArns(name),
    ]);
    const documents = await Promise.all([
      ...inline
        .filter((policy) => policy !== name)
        .map(async (policy) => [policy, await roles.inlinePolicy(name, policy)] as const),
      ...attached.map(async (arn) => [arn, await limits.boundary(arn)] as const),
    ]);
    return {
      policies: new Map(
        documents.flatMap(([policy, document]) => (typeof document === 'object' ? [[policy, document]] : [])),
      ),
      // One that was taken off since it was listed says nothing any more.
      unreadable: documents.flatMap(([policy, document]) => (document === undefined ? [policy] : [])),
    };
  } catch (error) {
    if (!isAwsError(error, 'AccessDenied')) throw error;
    return { policies: new Map(), unreadable: ['its other policies'] };
  }
}
