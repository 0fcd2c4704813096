import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { BucketIssuer } from '../../domain/desired-state.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import type { IssuerState } from '../../domain/observed.ts';
import { discoveryOf } from '../../domain/oidc.ts';
import { defined } from '../../util/defined.ts';
import { describeOwner, isOwned } from '../ownership.ts';
import type { Spec } from '../resource.ts';
import { othersNamed } from './discovery.ts';
import { EXISTING_ISSUER } from './remedies.ts';

/**
 * Looks at an issuer bucket; undefined when it is not there. Throws ResourceConflict when the bucket is in
 * another account or region, is tagged as somebody else's, or has no tags and holds anything but this issuer.
 * (Without tags and with nothing in it, it is what ccoctl leaves when it stops after CreateBucket.)
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
  if (!isOwned(state.tags, cluster)) await refuseForeign(desired, state, bucket);
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

/** Throws ResourceConflict unless a bucket without the owner's tag is empty, or says itself that it is this issuer's. */
async function refuseForeign(
  { bucket: name, url }: BucketIssuer,
  { tags, discovery }: IssuerState,
  bucket: IssuerBucket,
): Promise<void> {
  if (Object.keys(tags).length > 0) {
    throw new ResourceConflict(
      `Bucket ${name} exists and is not this cluster's: ${describeOwner(tags)}. Choose another cluster name, or tag the bucket as this cluster's.`,
    );
  }
  const keys = await bucket.someKeys();
  if (keys.length === 0) return;
  const others = keys.filter((key) => key !== DISCOVERY_KEY && key !== JWKS_KEY);
  const holds = others.length > 0 ? others.slice(0, 3).join(', ') : whyNoneOfOurs(url, discovery?.body);
  if (holds === undefined) return;
  throw new ResourceConflict(
    `Bucket ${name} exists without tags and holds ${holds}, so it is no issuer of this cluster. Choose another cluster name. ${EXISTING_ISSUER}`,
  );
}

/** What an issuer's documents say that is not of this issuer; undefined when the discovery document names it. */
function whyNoneOfOurs(url: string, discovery: string | undefined): string | undefined {
  if (discovery === undefined) return `${JWKS_KEY} and no ${DISCOVERY_KEY}`;
  const others = othersNamed(url, discovery);
  if (others.length > 0) return `${DISCOVERY_KEY}, which names ${others.join(' and ')}`;
  return discoveryOf(discovery).issuer === url ? undefined : `${DISCOVERY_KEY}, which names no issuer`;
}
