import type { IdentityProviders } from '../../aws/identity-providers.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import { deleteProviderCommand } from '../../resources/identity-provider/commands.ts';
import { type OtherProvider, otherProviders, type TrustingRole } from '../other-providers.ts';

/**
 * Refuses to move roles from one issuer to another, or from two that they trust to one. Throws ResourceConflict when a
 * role trusts another OIDC provider than ours, would do so no more, and that provider is there. One that trusts a provider
 * which is gone is trusted by nobody's tokens, and is repaired.
 */
export async function refuseOtherIssuer(
  roles: readonly TrustingRole[],
  providerArn: string,
  providers: IdentityProviders,
): Promise<void> {
  const conflicts = await otherProviders(roles, providerArn, providers);
  if (conflicts.length > 0)
    throw new ResourceConflict(conflicts.map((each) => whyRefused(each, providerArn)).join('\n'));
}

function whyRefused({ arn, roles, besidesOurs }: OtherProvider, providerArn: string): string {
  const names = roles.join(', ');
  const unused = `If nobody uses that provider, delete it: ${deleteProviderCommand(arn)}`;
  return besidesOurs
    ? `IAM role ${names} trusts the identity provider ${arn}, which exists, besides ${providerArn}, and would not any more: whoever's tokens are of it would be shut out. If both are to stay, upload the bundle below adopt/ first: what an adoption finds besides is kept. ${unused}`
    : `IAM role ${names} trusts the identity provider ${arn}, which exists, and the bundle is for ${providerArn}. To move a role would shut out the cluster that uses it. If that is the cluster's issuer, say so in the bundle's cluster.yaml, below prepare/ or adopt/: issuer: {type: existing, providerArn: "${arn}"}. ${unused}`;
}
