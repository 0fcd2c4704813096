import type { IdentityProviders } from '../../aws/identity-providers.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import type { ProviderState } from '../../domain/observed.ts';
import { describeOwner, isOwned } from '../ownership.ts';
import type { Spec } from '../resource.ts';
import type { DesiredProvider } from './checks.ts';

/**
 * Looks at an IAM OIDC provider; undefined when it is not there. Throws ResourceConflict when its tags say
 * it is somebody else's, unless the bundle says so. (One without tags is what ccoctl leaves when it stops between its two calls.)
 */
export async function observeProvider(
  { cluster, desired: { arn, isExisting } }: Pick<Spec<DesiredProvider>, 'cluster' | 'desired'>,
  { providers }: { readonly providers: IdentityProviders },
): Promise<ProviderState | undefined> {
  const state = await providers.get(arn);
  if (state === undefined) return undefined;
  if (!isExisting && !isOwned(state.tags, cluster) && Object.keys(state.tags).length > 0) {
    throw new ResourceConflict(
      `IAM OIDC provider ${arn} exists and is not this cluster's: ${describeOwner(state.tags)}. Choose another cluster name, or tag the provider as this cluster's.`,
    );
  }
  return state;
}
