import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { ProviderState } from '../../domain/observed.ts';
import type { Resource } from '../resource.ts';
import { applyProvider, type FetchThumbprint } from './apply.ts';
import { checkProvider, type DesiredProvider } from './checks.ts';
import { diffProvider } from './diff.ts';
import { observeProvider } from './observe.ts';
import { undoProvider } from './undo.ts';

/** The IAM OIDC provider of a cluster. */
export const identityProvider: Resource<{
  name: 'identityProvider';
  desired: DesiredProvider;
  state: ProviderState | undefined;
  actual: ProviderState | undefined;
  before: ProviderState;
  access: { readonly providers: IdentityProviders };
  applying: { readonly fetchThumbprint: FetchThumbprint };
  undoing: object;
}> = {
  observe: observeProvider,
  checks: checkProvider,
  diff: diffProvider,
  apply: applyProvider,
  undo: undoProvider,
};
