import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { BucketIssuer } from '../../domain/desired-state.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import type { IssuerState } from '../../domain/observed.ts';
import type { Tags } from '../../domain/tags.ts';
import { defined } from '../../util/defined.ts';
import { describeOwner, isOwned } from '../ownership.ts';
import type { Spec } from '../resource.ts';

/**
 * Looks at an issuer bucket; undefined when it is not there. Throws ResourceConflict when the bucket is in
 * another account or region, is tagged as somebody else's, or has no tags and holds anything but an issuer.
 * (Without tags and with nothing else in it, it is what ccoctl leaves when it stops after CreateBucket.)
 */
export async function observeIssuer(
  { cluster, desired }: Pick<Spec<BucketIssuer>, 'cluster' | 'desired'>,
  { issuerBucket: bucket }: { readonly issuerBucket: IssuerBucket },
): Promise<IssuerState | undefined> {
  const name = `Bucket ${desired.bucket}`;
  const presence = await bucket.presence();
  if (presence === 'absent') return undefined;
  if (presence === 'foreign') {
    throw new ResourceConflict(
      `${name} is not accessible: it belongs to another AWS account, or a policy denies access. Bucket names are unique in all of AWS; choose another cluster name.`,
    );
  }
  if (presence === 'elsewhere') {
    throw new ResourceConflict(
      `${name} is in another region than ${desired.region}. Correct the cluster's region, or choose another name.`,
    );
  }
  const state = await readIssuerState(bucket);
  if (!isOwned(state.tags, cluster)) await refuseForeign(name, state.tags, bucket);
  return state;
}

/** Reads all of an issuer bucket that is ours, whoever's cluster it is tagged for. */
export async function readIssuerState(bucket: IssuerBucket): Promise<IssuerState> {
  const [tags, publicAccessBlock, policy, discovery, jwks] = await Promise.all([
    bucket.tags(),
    bucket.publicAccessBlock(),
    bucket.policy(),
    bucket.document(DISCOVERY_KEY),
    bucket.document(JWKS_KEY),
  ]);
  return {
    tags,
    ...defined({ publicAccessBlock, policy, discovery, jwks }),
  };
}

async function refuseForeign(name: string, tags: Tags, bucket: IssuerBucket): Promise<void> {
  if (Object.keys(tags).length > 0) {
    throw new ResourceConflict(
      `${name} exists and is not this cluster's: ${describeOwner(tags)}. Choose another cluster name, or tag the bucket as this cluster's.`,
    );
  }
  const others = (await bucket.someKeys()).filter((key) => key !== DISCOVERY_KEY && key !== JWKS_KEY);
  if (others.length > 0) {
    throw new ResourceConflict(
      `${name} exists without tags and holds ${others.slice(0, 3).join(', ')}, so it is no issuer of this cluster. Choose another cluster name.`,
    );
  }
}
