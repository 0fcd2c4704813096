import type { AccountReader } from '../../aws/account-roles.ts';
import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { Roles } from '../../aws/roles.ts';
import { partitionNamed, partitionOfRegion } from '../../domain/aws-partition.ts';
import type { DeletionOptions } from '../../domain/deletion/order.ts';
import type { DeletionPlan } from '../../domain/deletion/plan.ts';
import { desiredIssuer, type Placement } from '../../domain/desired-state.ts';
import { providerArn } from '../../domain/names.ts';
import type { StoredEntry } from '../../domain/registry.ts';
import * as documents from '../../storage/documents.ts';
import type { Run } from '../../storage/run.ts';
import { begun } from '../../util/begun.ts';
import { defined } from '../../util/defined.ts';
import { filesToGo } from './cluster-files.ts';
import { observeIssuer, observeProvider } from './observe-issuer.ts';
import { observeRoles } from './observe-roles.ts';
import { observeUsers } from './observe-users.ts';
import type { Refusal } from './observed.ts';

export interface DeletionAccess {
  readonly store: ObjectStore;
  readonly roles: Roles;
  readonly account: AccountReader;
  readonly providers: IdentityProviders;
  issuerBucketOf(place: { readonly bucket: string; readonly region: string }): IssuerBucket;
  readonly placement: Placement;
}

/** How a deletion is planned. */
export interface DeletionWish {
  readonly options: DeletionOptions;
  /** Whether people are to read it in any case: then each role is asked for its policies too. */
  readonly planOnly: boolean;
  /** Whether the deployment has every deletion approved. */
  readonly approveAll: boolean;
}

/** What there is of a cluster, as a plan of its deletion. */
interface ClusterSeen {
  readonly plan: DeletionPlan;
  /** Everything that stands against it. */
  readonly refusals: readonly Refusal[];
  readonly needsApproval: boolean;
}

/**
 * Looks at everything that there is of a cluster. Reads only: what the registry and the names of a cluster say, and whose the roles of
 * the account are and whom they trust.
 */
export async function lookAtCluster(
  run: Run,
  { options, planOnly, approveAll }: DeletionWish,
  access: DeletionAccess,
): Promise<ClusterSeen> {
  const { store } = access;
  const { name } = run.cluster;
  const entry = (await documents.registryEntry.read({ cluster: name }, store))?.value;
  const { bucket, arn } = issuerOf(run.cluster, entry, access.placement);
  const now = new Date();
  const needsApproval = !planOnly && (approveAll || entry?.approval === 'required');
  const about = { cluster: name, options, now, inDetail: planOnly || needsApproval, arn, bucket };
  // All roles of an account are many answers of IAM, and both look at them.
  const trusts = begun(access.account.trusts());
  const account = { trusts: () => trusts };
  const [roles, provider, issuer, users] = await Promise.all([
    observeRoles(about, entry, { ...access, account }),
    observeProvider(about, access),
    observeIssuer(about, access),
    observeUsers(about, { account }),
  ]);
  const parts = [roles, provider, issuer];
  const plan: DeletionPlan = {
    version: 1,
    options,
    plannedAt: now.toISOString(),
    ...defined({ entry, bucket: issuer.isThere ? bucket : undefined }),
    providerArn: arn,
    roles: roles.names,
    items: [...parts.flatMap(({ items }) => items), ...filesToGo(about, entry !== undefined)],
  };
  return { plan, refusals: [...parts.flatMap((part) => part.refusals), ...users], needsApproval };
}

/** The cluster's own bucket and the provider that trusts it; no bucket where somebody else keeps the issuer. */
function issuerOf(
  { name, region }: Run['cluster'],
  entry: StoredEntry | undefined,
  { iamPartition, accountId }: Placement,
) {
  if (entry === undefined) {
    const partition = partitionOfRegion(region) ?? partitionNamed(iamPartition);
    if (partition === undefined) throw new RangeError(`${region} is in no partition.`);
    const { bucket, host } = desiredIssuer(name, region, partition);
    return { bucket: { bucket, region }, arn: providerArn(iamPartition, accountId, host) };
  }
  const { issuer, providerArn: arn } = entry;
  return {
    bucket: issuer.type === 'existing' ? undefined : { bucket: issuer.bucket, region: entry.region },
    arn,
  };
}
