import { type AccountReader, accountReader } from '../aws/account-roles.ts';
import { iamClient } from '../aws/iam-client.ts';
import { type IdentityProviders, iamIdentityProviders } from '../aws/identity-providers.ts';
import { iamSimulator, type Simulator } from '../aws/policy-simulator.ts';
import { iamRoles, type Roles } from '../aws/roles.ts';
import { memoize } from '../util/memoize.ts';
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

export function simulator(): Simulator {
  return iamSimulator(iam(''));
}
