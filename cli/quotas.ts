import type { ProviderQuota } from '../core/aws/account-limits.ts';
import { ownCredentials } from './credentials.ts';
import type { Deployment } from './deployment.ts';

/** What of it AWS tells. */
type Told = { readonly [Name in keyof ProviderQuota]: ProviderQuota[Name] | undefined };

/** Asks IAM and Service Quotas. Of a cluster there is one provider, and by default an account has a hundred. */
export async function providerQuota({
  region,
  connection,
}: Pick<Deployment, 'region' | 'connection'>): Promise<Told> {
  const [{ IAMClient }, { providerCount, quotaOfProviders, quotasPlace }] = await Promise.all([
    import('@aws-sdk/client-iam'),
    import('../core/aws/provider-quota.ts'),
  ]);
  const place = quotasPlace(region);
  const emulator = connection?.endpoint ?? process.env['AWS_ENDPOINT_URL'];
  const [providers, quota] = await Promise.all([
    providerCount(new IAMClient({ region, ...connection })),
    place &&
      quotaOfProviders(
        emulator ? { ...place, url: emulator } : place,
        connection?.credentials ?? (await ownCredentials(region)),
      ),
  ]);
  return { providers, quota };
}

/** The same in a sentence. */
export function providerQuotaText({ providers, quota }: Told): string {
  if (providers === undefined)
    return 'How many IAM OIDC providers the account has is unknown: IAM does not tell you (iam:ListOpenIDConnectProviders).';
  const have = `The account has ${providers} IAM OIDC ${providers === 1 ? 'provider' : 'providers'}`;
  return quota === undefined
    ? `${have}; how many it may have is unknown: Service Quotas does not tell you (servicequotas:GetServiceQuota). A cluster takes one.`
    : `${have} of ${quota}; a cluster takes one.`;
}
