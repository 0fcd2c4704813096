import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { DeletionPlan } from '../../domain/deletion/plan.ts';
import { deleteProvider } from '../../resources/identity-provider/delete.ts';
import { providerResource } from '../../resources/identity-provider/undo.ts';
import { retireIssuer } from '../../resources/issuer/retire.ts';
import type { RemovalAttempt } from '../../resources/removing.ts';

/** Deletes the provider of a plan, if it goes. */
export async function deleteClusterProvider(
  { providerArn, items }: Pick<DeletionPlan, 'providerArn' | 'items'>,
  providers: IdentityProviders,
): Promise<readonly RemovalAttempt[]> {
  const resource = providerResource(providerArn);
  const goes = items.some((item) => item.resource === resource && item.outcome === 'goes');
  return goes ? [await deleteProvider(providerArn, { providers })] : [];
}

/** Takes the issuer of a plan out of service, if the cluster has one of its own. */
export async function deleteIssuerOf(
  cluster: string,
  { bucket: place, providerArn, options, plannedAt }: DeletionPlan,
  access: {
    readonly providers: IdentityProviders;
    /** Whether the provider was deleted a moment ago. */
    readonly isDeleted: boolean;
    issuerBucketOf(place: { readonly bucket: string; readonly region: string }): IssuerBucket;
  },
): Promise<readonly RemovalAttempt[]> {
  if (place === undefined) return [];
  return retireIssuer(
    { ...place, cluster, releaseName: options.releaseName, at: plannedAt },
    access.issuerBucketOf(place),
    { arn: providerArn, providers: access.providers, isDeleted: access.isDeleted },
  );
}
