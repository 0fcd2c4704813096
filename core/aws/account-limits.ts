import { GetAccountSummaryCommand, type IAMClient } from '@aws-sdk/client-iam';
import { AwsClient } from 'aws4fetch';
import type { PolicyDocument } from '../domain/policy-document.ts';
import { memoize } from '../util/memoize.ts';
import type { Credentials } from './credentials.ts';
import { isAwsError } from './errors.ts';
import { managedPolicy } from './managed-policy.ts';
import { providerCount, type QuotasPlace, quotaOfProviders } from './provider-quota.ts';

/** How many roles the account has, and may have. */
export interface RoleQuota {
  readonly roles: number;
  readonly quota: number;
}

/** How many IAM OIDC providers the account has, and may have. */
export interface ProviderQuota {
  readonly providers: number;
  readonly quota: number;
}

/** What an account as a whole says to a plan. Undefined where AWS does not tell: then the call itself will show. */
export interface AccountLimits {
  roleQuota(): Promise<RoleQuota | undefined>;
  providerQuota(): Promise<ProviderQuota | undefined>;
  /** Names of the account's settings that keep a bucket from being public by its policy. */
  publicAccessBlock(): Promise<readonly string[] | undefined>;
  /** The default version of a managed policy that bounds roles, the account's own or one of AWS's. */
  boundary(arn: string): Promise<PolicyDocument | 'missing' | undefined>;
}

/** How long S3 Control may take, in milliseconds. It is asked once. */
const PATIENCE_MS = 5_000;

/** Settings that stand against a bucket policy; the other two are about ACLs. */
const AGAINST_POLICIES = ['BlockPublicPolicy', 'RestrictPublicBuckets'] as const;

/**
 * Asks IAM and S3 Control. S3 Control's own client alone is larger than a whole function, for one call that is a signed GET
 * (S3 API Reference, GetPublicAccessBlock of an account: `/v20180820/configuration/publicAccessBlock`, signed as `s3`).
 *
 * @param controlUrl Where S3 Control of the account is, without the path; undefined where there is none to be asked.
 * @param quotas Where Service Quotas tells of IAM; undefined where there is none to be asked.
 */
export function accountLimits(
  iam: IAMClient,
  account: { readonly id: string; readonly region: string },
  controlUrl: string | undefined,
  quotas?: QuotasPlace,
): AccountLimits {
  return {
    roleQuota: () => roleQuota(iam),

    async providerQuota() {
      if (quotas === undefined) return undefined;
      const [providers, quota] = await Promise.all([
        providerCount(iam),
        quotaOfProviders(quotas, ownCredentials()),
      ]);
      return providers === undefined || quota === undefined ? undefined : { providers, quota };
    },

    // One policy bounds, or is on, all roles of a cluster.
    boundary: memoize((arn) => boundary(iam, arn)),

    async publicAccessBlock() {
      if (controlUrl === undefined) return undefined;
      try {
        const answer = await signer(account.region).fetch(
          `${controlUrl}/v20180820/configuration/publicAccessBlock`,
          { headers: { 'x-amz-account-id': account.id }, signal: AbortSignal.timeout(PATIENCE_MS) },
        );
        const text = await answer.text();
        if (answer.ok) return AGAINST_POLICIES.filter((name) => text.includes(`<${name}>true</${name}>`));
        return text.includes('<Code>NoSuchPublicAccessBlockConfiguration</Code>') ? [] : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

async function boundary(iam: IAMClient, arn: string): Promise<PolicyDocument | 'missing' | undefined> {
  try {
    return await managedPolicy(iam, arn);
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntity')) return 'missing';
    if (isAwsError(error, 'AccessDenied')) return undefined;
    throw error;
  }
}

/** How many roles the account has, and may have; undefined where IAM does not tell. */
export async function roleQuota(iam: IAMClient): Promise<RoleQuota | undefined> {
  const summary = await iam.send(new GetAccountSummaryCommand({})).catch(() => undefined);
  const { Roles: count, RolesQuota: quota } = summary?.SummaryMap ?? {};
  return count === undefined || quota === undefined ? undefined : { roles: count, quota };
}

/** Those of the function's role; Lambda has them in the environment. */
function ownCredentials(): Credentials {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** Signs as the function's role. */
function signer(region: string): AwsClient {
  return new AwsClient({ ...ownCredentials(), service: 's3', region, retries: 0 });
}
