import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { BucketIssuer } from '../../domain/desired-state.ts';
import { DISCOVERY_KEY, JWKS_KEY, RETIRED_TAG } from '../../domain/names.ts';
import type { PublicAccessBlock } from '../../domain/observed.ts';
import { discoveryOf } from '../../domain/oidc.ts';
import { describeOwner, isOwned } from '../ownership.ts';
import { type RemovalAttempt, removing } from '../removing.ts';
import { deleteBucketCommands } from './remedies.ts';
import { type TrustingProvider, whyTrusted } from './trusted.ts';

type Place = Pick<BucketIssuer, 'bucket' | 'region'>;

/** Nobody but the account reads it, whatever its policy or an ACL says. */
const CLOSED: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** S3 API Reference, ListObjectVersions. */
const LISTED_AT_ONCE = 1_000;

/** Why a bucket is kept that serves nothing, in words of which a tag may be made. */
const WHY_RESERVED = 'whoever took the name could pass for the issuer that it was';

/** The bucket of an issuer, as a report of a deletion names it. */
export function bucketResource(bucket: string): string {
  return `issuer bucket ${bucket}`;
}

export interface Retirement extends Place {
  readonly cluster: string;
  /** Whether the bucket goes too, and its name is for anybody to take. */
  readonly releaseName: boolean;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Takes an issuer out of service: its documents, then its bucket, or all but the name of it. Nothing is touched unless the
 * provider that trusts it is known to be gone. Safe to run again. Throws NotYetConsistent while IAM shows a provider that
 * was deleted.
 */
export async function retireIssuer(
  retirement: Retirement,
  bucket: IssuerBucket,
  provider: TrustingProvider,
): Promise<readonly RemovalAttempt[]> {
  const { cluster, releaseName } = retirement;
  const resource = bucketResource(retirement.bucket);
  const trusted = await whyTrusted(provider);
  if (trusted !== undefined) {
    const { why, ...passing } = trusted;
    const detail = `${why}; ${WHY_RESERVED}, so nothing of the bucket is touched before the provider is gone`;
    return [{ resource, outcome: 'left', detail, ...passing }];
  }
  const commands = deleteBucketCommands(retirement);
  const documents = `${resource}: documents`;
  const isGone = await removing(documents, commands, async () => {
    const removed = (detail: string) => ({ resource: documents, outcome: 'removed', detail }) as const;
    if ((await bucket.presence()) === 'absent') return removed(GONE);
    const tags = await bucket.tags();
    if (Object.keys(tags).length > 0 && !isOwned(tags, cluster))
      return { resource: documents, outcome: 'left', detail: `not touched: ${describeOwner(tags)}` };
    const count = await removeDocuments(bucket);
    return removed(count > 0 ? 'deleted, all versions of them' : 'none were there');
  });
  if (isGone.outcome === 'left') return [isGone];
  if (isGone.detail === GONE) return [isGone, { resource, outcome: 'removed', detail: GONE }];
  const rest = await removing(resource, commands, () =>
    releaseName ? release(resource, retirement, bucket) : reserve(resource, retirement, bucket),
  );
  return [isGone, rest];
}

const GONE = 'gone, with the bucket';

/** Removes every version of the documents; returns how many there were. */
async function removeDocuments(bucket: IssuerBucket): Promise<number> {
  let count = 0;
  for (const key of [DISCOVERY_KEY, JWKS_KEY])
    for (let isMore = true; isMore; ) {
      const found = await bucket.versions(key);
      for (const { versionId } of found) await bucket.deleteVersion(key, versionId);
      count += found.length;
      isMore = found.length >= LISTED_AT_ONCE;
    }
  return count;
}

async function release(resource: string, place: Place, bucket: IssuerBucket): Promise<RemovalAttempt> {
  const others = foreignOf(await keysOf(bucket));
  if (others.length > 0)
    return {
      resource,
      outcome: 'left',
      detail: `it holds what is not of an issuer: ${others.slice(0, 10).join(', ')}`,
      commands: deleteBucketCommands(place),
    };
  await bucket.delete();
  return { resource, outcome: 'removed', detail: 'deleted; its name is free for anybody to take' };
}

async function reserve(resource: string, { at }: Retirement, bucket: IssuerBucket): Promise<RemovalAttempt> {
  await bucket.putPolicy(undefined);
  await bucket.putPublicAccessBlock(CLOSED);
  const tags = await bucket.tags();
  if (tags[RETIRED_TAG] === undefined)
    await bucket.putTags({ ...tags, [RETIRED_TAG]: `${at} - ${WHY_RESERVED}` });
  return {
    resource,
    outcome: 'kept',
    detail: `closed to the public and tagged ${RETIRED_TAG}; its name stays reserved, because ${WHY_RESERVED}`,
  };
}

/** Keys of objects that are no documents of an issuer. */
function foreignOf(keys: readonly string[]): readonly string[] {
  return keys.filter((key) => key !== DISCOVERY_KEY && key !== JWKS_KEY);
}

/** Keys of all that is in a bucket, as far as S3 lists a thousand versions. */
async function keysOf(bucket: IssuerBucket): Promise<readonly string[]> {
  return [...new Set((await bucket.versions()).map(({ key }) => key))].sort();
}

/** A bucket that may be retired, or why it may not. */
interface ObservedBucket {
  /** Why it is not known whose it is. */
  readonly unknown?: string;
  /** Why it is not the cluster's. */
  readonly somebodyElse?: string;
  /** Whether it has no tags and holds something: ccoctl leaves one without tags only before it writes into it. */
  readonly isNobodys: boolean;
  /** Keys of what is in it and not of an issuer. */
  readonly foreign: readonly string[];
  /** The issuer that its discovery document names; one behind CloudFront has another URL than its bucket. */
  readonly issuer?: string;
}

/** What there is of a bucket, before anything of it is removed; undefined where there is none. */
export async function observeRetirement(
  { bucket: name, cluster }: Pick<Retirement, 'bucket' | 'cluster'>,
  bucket: IssuerBucket,
): Promise<ObservedBucket | undefined> {
  const presence = await bucket.presence();
  if (presence === 'absent') return undefined;
  const elses = (why: string) => ({
    somebodyElse: `bucket ${name} ${why}`,
    isNobodys: false,
    foreign: [],
  });
  const unknown = (why: string) => ({ unknown: why, isNobodys: false, foreign: [] });
  if (presence === 'foreign')
    return unknown('belongs to another AWS account, or a policy denies access to it');
  if (presence === 'elsewhere') return unknown('is in another region than the cluster');
  const tags = await bucket.tags();
  if (Object.keys(tags).length > 0 && !isOwned(tags, cluster))
    return elses(`is not this cluster's: ${describeOwner(tags)}`);
  const [keys, discovery] = await Promise.all([keysOf(bucket), bucket.document(DISCOVERY_KEY)]);
  const issuer = discovery && discoveryOf(discovery.body).issuer;
  return {
    isNobodys: Object.keys(tags).length === 0 && keys.length > 0,
    foreign: foreignOf(keys),
    ...(typeof issuer === 'string' && { issuer }),
  };
}
