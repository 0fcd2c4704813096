import { iamClient } from '../aws/iam-client.ts';
import { type IdentityProviders, iamIdentityProviders } from '../aws/identity-providers.ts';
import { iamRoles, type Roles } from '../aws/roles.ts';
import { once } from './once.ts';

const iam = once(() => iamClient());

export function roles(): Roles {
  return iamRoles(iam(''));
}

export function identityProviders(): IdentityProviders {
  return iamIdentityProviders(iam(''));
}
