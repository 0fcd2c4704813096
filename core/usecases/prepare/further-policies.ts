import pMap from 'p-map';
import type { AccountLimits } from '../../aws/account-limits.ts';
import { isAwsError } from '../../aws/errors.ts';
import type { Roles } from '../../aws/roles.ts';
import { memoize } from '../../util/memoize.ts';
import type { FurtherPolicies, LeftRole } from './left-as-is.ts';
import { READ_CONCURRENCY } from './plan-removals.ts';

/**
 * Reads what others put on roles that are there, by name: a Deny in it takes from what requests ask for, as where somebody put a role
 * into quarantine. Throws what IAM throws, but for what it refuses to show.
 */
export async function readFurther(
  roles: readonly LeftRole[],
  access: { readonly roles: Roles; readonly limits: AccountLimits },
): Promise<ReadonlyMap<string, FurtherPolicies>> {
  const managed = memoize((arn) => access.limits.boundary(arn));
  const found = await pMap(
    roles.filter(({ before }) => before !== undefined),
    async ({ role: { name } }) => [name, await furtherOf(name, access.roles, managed)] as const,
    { concurrency: READ_CONCURRENCY },
  );
  return new Map(found);
}

async function furtherOf(
  name: string,
  roles: Roles,
  managed: (arn: string) => ReturnType<AccountLimits['boundary']>,
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
      ...attached.map(async (arn) => [arn, await managed(arn)] as const),
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
