import { type IAMClient, ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import { partitionOfRegion } from '../domain/aws-partition.ts';
import type { Credentials } from './credentials.ts';

/** Where Service Quotas tells of IAM, which is of a whole partition: in one region of it. */
export interface QuotasPlace {
  readonly url: string;
  readonly region: string;
}

const IAM_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** Undefined in a partition of which it is not known. */
export function quotasPlace(region: string): QuotasPlace | undefined {
  const partition = partitionOfRegion(region);
  const iamRegion = partition && IAM_REGIONS[partition.id];
  return iamRegion === undefined
    ? undefined
    : { url: `https://servicequotas.${iamRegion}.${partition?.dnsSuffix}/`, region: iamRegion };
}

/** Service Quotas: "OpenId connect providers per account", of which by default there are a hundred. */
export const PROVIDERS_PER_ACCOUNT = { ServiceCode: 'iam', QuotaCode: 'L-858F3967' };
const PATIENCE_MS = 5_000;

const answer = z.object({ Quota: z.object({ Value: z.number() }) });

/**
 * How many OIDC providers an account may have; undefined where Service Quotas does not tell. One signed call (Service Quotas API
 * Reference, GetServiceQuota): its own client is larger than a whole function.
 */
export async function quotaOfProviders(
  { url, region }: QuotasPlace,
  credentials: Credentials,
): Promise<number | undefined> {
  try {
    const signer = new AwsClient({ ...credentials, service: 'servicequotas', region, retries: 0 });
    const response = await signer.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'ServiceQuotasV20190624.GetServiceQuota',
      },
      body: JSON.stringify(PROVIDERS_PER_ACCOUNT),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return answer.safeParse(await response.json()).data?.Quota.Value;
  } catch {
    return undefined;
  }
}

/** How many OIDC providers an account has; undefined where IAM does not tell. */
export async function providerCount(iam: IAMClient): Promise<number | undefined> {
  return iam.send(new ListOpenIDConnectProvidersCommand({})).then(
    ({ OpenIDConnectProviderList = [] }) => OpenIDConnectProviderList.length,
    () => undefined,
  );
}
