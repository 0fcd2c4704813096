import type { AccountReader } from '../../aws/account-roles.ts';
import { ownersOf } from '../../domain/names.ts';
import { describeTrust } from '../../domain/policy/trust.ts';
import type { Refusal } from './observed.ts';

interface About {
  readonly cluster: string;
  /** ARN of the cluster's provider. */
  readonly arn: string;
  /** Absent where somebody else keeps the issuer, so that it stays. */
  readonly bucket: object | undefined;
}

/**
 * Looks for other clusters that use the issuer, which nothing that the cluster has on record or in its tags tells: their
 * roles trust its provider. A role of nobody does not stand against it: of a cluster that is gone it takes no tokens.
 */
export async function observeUsers(
  { cluster, arn, bucket }: About,
  { account }: { readonly account: Pick<AccountReader, 'trusts'> },
): Promise<readonly Refusal[]> {
  if (bucket === undefined) return [];
  const users = (await account.trusts()).flatMap(({ name, tags, trust }) => {
    const others = ownersOf(tags).filter((owner) => owner !== cluster);
    // Most roles of an account are no cluster's, and their trust policies need not be understood.
    if (others.length === 0 || !describeTrust(trust).providers.includes(arn)) return [];
    return others.map((owner) => ({ owner, name }));
  });
  return [...Map.groupBy(users, ({ owner }) => owner)].map(([owner, roles]) => ({
    message: `Cluster ${owner} uses the issuer: IAM role ${roles.map(({ name }) => name).join(', ')} trusts ${arn}, which would go.`,
    remedy: `Delete cluster ${owner} first, or give it an issuer of its own. If it is gone, delete what is left of it: upload delete/${owner}.yaml.`,
  }));
}
