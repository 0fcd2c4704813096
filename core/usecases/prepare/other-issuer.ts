import type { IdentityProviders } from '../../aws/identity-providers.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import type { RoleState } from '../../domain/observed.ts';
import { describeTrust } from '../../domain/policy/trust.ts';
import { deleteProviderCommand } from '../../resources/identity-provider/commands.ts';

/** A role that is there already. */
interface LiveRole {
  readonly name: string;
  readonly trust: RoleState['trust'];
}

/**
 * Refuses to move roles from one issuer to another: the tokens of a live cluster are those of the issuer that its
 * roles trust. Throws ResourceConflict when a role trusts another OIDC provider, and not ours, and that provider is
 * there. One that trusts a provider which is gone is trusted by nobody's tokens, and is repaired.
 */
export async function refuseOtherIssuer(
  roles: readonly LiveRole[],
  providerArn: string,
  providers: IdentityProviders,
): Promise<void> {
  const trusting = Map.groupBy(
    roles.flatMap(({ name, trust }) => {
      const named = describeTrust(trust).providers;
      return named.includes(providerArn)
        ? []
        : named.filter((arn) => arn.includes(':oidc-provider/')).map((arn) => ({ name, arn }));
    }),
    ({ arn }) => arn,
  );
  const conflicts = await Promise.all(
    [...trusting].map(async ([arn, users]) => {
      if ((await providers.get(arn)) === undefined) return [];
      const names = users.map(({ name }) => name).join(', ');
      return `IAM role ${names} trusts the identity provider ${arn}, which exists, and the bundle is for ${providerArn}. To move a role would shut out the cluster that uses it. If that is the cluster's issuer, say so in the bundle's cluster.yaml, below prepare/ or adopt/: issuer: {type: existing, providerArn: "${arn}"}. If nobody uses that provider, delete it: ${deleteProviderCommand(arn)}`;
    }),
  );
  if (conflicts.flat().length > 0) throw new ResourceConflict(conflicts.flat().join('\n'));
}
