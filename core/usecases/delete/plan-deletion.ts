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
import { digestOf } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import { placeOf, type Run } from '../../storage/run.ts';
import { defined } from '../../util/defined.ts';
import { rejection } from '../prepare/reject.ts';
import { filesToGo } from './cluster-files.ts';
import { observeIssuer, observeProvider } from './observe-issuer.ts';
import { observeRoles } from './observe-roles.ts';

export interface DeletionAccess {
  readonly store: ObjectStore;
  readonly roles: Roles;
  readonly account: AccountReader;
  readonly providers: IdentityProviders;
  issuerBucketOf(place: { readonly bucket: string; readonly region: string }): IssuerBucket;
  readonly placement: Placement;
}

/** What the state machine is told of a plan. */
export interface PlannedDeletion {
  readonly refused: boolean;
  /** Why, as the execution ends with it. */
  readonly error?: string;
  readonly cause?: string;
  /** SHA-256 of the plan, by which the later steps know that it is this one. */
  readonly digest: string;
  readonly roles: number;
}

/**
 * Looks at everything that there is of a cluster before any of it is removed, keeps what is to go, and tells all at once what
 * stands against it. It reads what the registry and the names of a cluster say, and the roles of the account only where the
 * registry knows nothing.
 *
 * @param inDetail Whether to ask each role for its policies too, for people to read.
 */
export async function planDeletion(
  run: Run,
  options: DeletionOptions,
  access: DeletionAccess,
  inDetail: boolean,
): Promise<PlannedDeletion> {
  const { store } = access;
  const { name } = run.cluster;
  const entry = (await documents.registryEntry.read({ cluster: name }, store))?.value;
  const { bucket, arn } = issuerOf(run.cluster, entry, access.placement);
  const now = new Date();
  const about = { cluster: name, options, now, inDetail, arn, bucket };
  const [roles, provider, issuer] = await Promise.all([
    observeRoles(about, entry, access),
    observeProvider(about, access),
    observeIssuer(about, access),
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
  await documents.deletionPlan.write(placeOf(run), plan, store);
  const refusals = parts.flatMap((part) => part.refusals);
  const told = { digest: digestOf(documents.deletionPlan.format(plan)), roles: plan.roles.length };
  return refusals.length === 0
    ? { refused: false, ...told }
    : {
        refused: true,
        ...rejection(refusals.map((each) => ({ code: 'DeletionRefused', ...each }))),
        ...told,
      };
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
