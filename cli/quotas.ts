import * as z from 'zod';
import { partitionOfRegion } from '../core/domain/aws-partition.ts';
import { ownCredentials } from './credentials.ts';

/** How many IAM OIDC providers an account has, and may have; undefined where AWS does not tell. */
export interface ProviderQuota {
  readonly providers: number | undefined;
  readonly quota: number | undefined;
}

/** IAM is of a whole partition, and its quotas are told in one region of it. */
const IAM_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** Service Quotas: "OpenId connect providers per account". */
const PROVIDERS_PER_ACCOUNT = { ServiceCode: 'iam', QuotaCode: 'L-858F3967' };
const PATIENCE_MS = 5_000;

/** Asks IAM and Service Quotas. Of a cluster there is one provider, and by default an account has a hundred. */
export async function providerQuota(region: string): Promise<ProviderQuota> {
  const { IAMClient, ListOpenIDConnectProvidersCommand } = await import('@aws-sdk/client-iam');
  const [providers, quota] = await Promise.all([
    new IAMClient({ region }).send(new ListOpenIDConnectProvidersCommand({})).then(
      ({ OpenIDConnectProviderList = [] }) => OpenIDConnectProviderList.length,
      () => undefined,
    ),
    quotaOfProviders(region).catch(() => undefined),
  ]);
  return { providers, quota };
}

const answer = z.object({ Quota: z.object({ Value: z.number() }) });

/** One signed call (Service Quotas API Reference, GetServiceQuota), for which its own client would be half a megabyte more. */
async function quotaOfProviders(region: string): Promise<number | undefined> {
  const partition = partitionOfRegion(region);
  const iamRegion = partition && IAM_REGIONS[partition.id];
  if (iamRegion === undefined) return undefined;
  const [{ AwsClient }, credentials] = await Promise.all([import('aws4fetch'), ownCredentials(region)]);
  const emulator = process.env['AWS_ENDPOINT_URL'];
  const response = await new AwsClient({
    ...credentials,
    service: 'servicequotas',
    region: iamRegion,
    retries: 0,
  }).fetch(emulator || `https://servicequotas.${iamRegion}.${partition?.dnsSuffix}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'ServiceQuotasV20190624.GetServiceQuota',
    },
    body: JSON.stringify(PROVIDERS_PER_ACCOUNT),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return answer.safeParse(await response.json()).data?.Quota.Value;
}

/** The same in a sentence. */
export function providerQuotaText({ providers, quota }: ProviderQuota): string {
  if (providers === undefined)
    return 'How many IAM OIDC providers the account has is unknown: IAM does not tell you (iam:ListOpenIDConnectProviders).';
  const have = `The account has ${providers} IAM OIDC ${providers === 1 ? 'provider' : 'providers'}`;
  return quota === undefined
    ? `${have}; how many it may have is unknown: Service Quotas does not tell you (servicequotas:GetServiceQuota). A cluster takes one.`
    : `${have} of ${quota}; a cluster takes one.`;
}
