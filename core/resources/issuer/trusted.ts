import type { IdentityProviders } from '../../aws/identity-providers.ts';
import { NotYetConsistent } from '../../domain/errors.ts';
import { defined } from '../../util/defined.ts';
import { passingFault } from '../undoing.ts';

/** The IAM provider that trusts an issuer, whoever made it. */
export interface TrustingProvider {
  readonly arn: string;
  readonly providers: IdentityProviders;
  /** Whether it was deleted a moment ago, so that IAM shows it for some seconds at most. */
  readonly isDeleted: boolean;
}

/** Why the name of an issuer's bucket must not become free, and why that may pass; undefined when nobody trusts it. */
export async function whyTrusted({
  arn,
  providers,
  isDeleted,
}: TrustingProvider): Promise<{ readonly why: string; readonly passing?: Error } | undefined> {
  try {
    if ((await providers.get(arn)) === undefined) return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    const why = `${name}: ${message}; it cannot be told whether identity provider ${arn} is gone`;
    return { why, ...defined({ passing: passingFault(error) }) };
  }
  if (isDeleted) throw new NotYetConsistent(`IAM still shows identity provider ${arn}, which was deleted.`);
  return { why: `identity provider ${arn} is there and trusts the issuer` };
}
