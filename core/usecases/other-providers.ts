import type { IdentityProviders } from '../aws/identity-providers.ts';
import type { RoleState } from '../domain/observed.ts';
import { describeTrust } from '../domain/policy/trust.ts';

/** A role that is there already. */
export interface TrustingRole {
  readonly name: string;
  readonly trust: RoleState['trust'];
  /** What its trust policy becomes; absent where the role goes. */
  readonly becomes?: RoleState['trust'];
}

/** An OIDC provider that is there, and whose tokens the roles would not take any more. */
export interface OtherProvider {
  readonly arn: string;
  readonly roles: readonly string[];
  /** Whether one of the roles trusts the cluster's own provider as well. */
  readonly besidesOurs: boolean;
}

/**
 * The providers, but for ours, that roles would trust no more: the tokens of a live cluster are those of the issuer that its
 * roles trust. One that is gone is left out, as nobody's tokens are of it.
 */
export async function otherProviders(
  roles: readonly TrustingRole[],
  ours: string,
  providers: Pick<IdentityProviders, 'get'>,
): Promise<readonly OtherProvider[]> {
  const trusting = Map.groupBy(
    roles.flatMap(({ name, trust, becomes }) => {
      const named = describeTrust(trust).providers;
      const besidesOurs = named.includes(ours);
      const staying = besidesOurs ? describeTrust(becomes).providers : [];
      return named
        .filter((arn) => arn.includes(':oidc-provider/') && arn !== ours && !staying.includes(arn))
        .map((arn) => ({ name, arn, besidesOurs }));
    }),
    ({ arn }) => arn,
  );
  const found = await Promise.all(
    [...trusting].map(async ([arn, users]) =>
      (await providers.get(arn)) === undefined
        ? []
        : {
            arn,
            roles: users.map(({ name }) => name),
            besidesOurs: users.some(({ besidesOurs }) => besidesOurs),
          },
    ),
  );
  return found.flat();
}
