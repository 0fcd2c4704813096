import { type AccountIssuers, accountIssuers } from '../aws/account-issuers.ts';
import { type AccountLimits, accountLimits } from '../aws/account-limits.ts';
import { type AccountReader, accountReader } from '../aws/account-roles.ts';
import { iamClient } from '../aws/iam-client.ts';
import { type IdentityProviders, iamIdentityProviders } from '../aws/identity-providers.ts';
import { iamSimulator, type Simulator } from '../aws/policy-simulator.ts';
import { quotasPlace } from '../aws/provider-quota.ts';
import { iamRoles, type Roles } from '../aws/roles.ts';
import { partitionOfRegion } from '../domain/aws-partition.ts';
import { memoize } from '../util/memoize.ts';
import { s3OfRegion } from './buckets.ts';
import type { TaskEnvironment } from './environment.ts';

const iam = memoize(() => iamClient());

export function roles(): Roles {
  return iamRoles(iam(''));
}

export function identityProviders(): IdentityProviders {
  return iamIdentityProviders(iam(''));
}

export function accountRoles(env: Pick<TaskEnvironment, 'PLATFORM'>): AccountReader {
  return accountReader(iam(''), env.PLATFORM === 'aws');
}

export function accountIssuersOf(): AccountIssuers {
  return accountIssuers(iam(''), s3OfRegion);
}

export function simulator(): Simulator {
  return iamSimulator(iam(''));
}

/** An emulator has no settings of a whole account. */
export function limits(env: Pick<TaskEnvironment, 'PLATFORM' | 'ACCOUNT_ID'>): AccountLimits {
  const region = process.env['AWS_REGION'] ?? '';
  const account = { id: env.ACCOUNT_ID, region };
  const suffix = partitionOfRegion(region)?.dnsSuffix;
  const hasControl = env.PLATFORM === 'aws' && suffix !== undefined;
  return accountLimits(
    iam(''),
    account,
    hasControl ? `https://${account.id}.s3-control.${region}.${suffix}` : undefined,
    env.PLATFORM === 'aws' ? quotasPlace(region) : undefined,
  );
}
