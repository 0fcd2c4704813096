import { createHash } from 'node:crypto';
import type { BucketPresence, IssuerBucket } from '../../../core/aws/issuer-buckets.ts';
import type { DocumentState, PublicAccessBlock } from '../../../core/domain/observed.ts';
import type { PolicyDocument } from '../../../core/domain/policy-document.ts';
import type { Tags } from '../../../core/domain/tags.ts';
import { sdkError } from './sdk-error.ts';

/** What S3 holds of one bucket. */
export interface BucketContent {
  tags: Tags;
  block?: PublicAccessBlock | undefined;
  policy?: PolicyDocument | undefined;
  documents: Record<string, DocumentState>;
  /** Keys of objects that are no documents of an issuer. */
  others: string[];
}

/** One bucket of S3 in memory. `writes` lists what was called, in order. */
export interface FakeBucket extends IssuerBucket {
  /** Undefined while there is no bucket; tests may set it. */
  content: BucketContent | undefined;
  /** Set to make the name somebody else's. */
  taken: Exclude<BucketPresence, 'absent' | 'ours'> | undefined;
  readonly writes: string[];
}

/** A document as S3 would return it. */
export function document(body: string, more: Partial<DocumentState> = {}): DocumentState {
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  return { body, etag, contentType: 'application/json', metadata: {}, tags: {}, ...more };
}

export function fakeBucket(initial?: Partial<BucketContent>): FakeBucket {
  const writes: string[] = [];
  const content = (): BucketContent => {
    if (bucket.content === undefined) throw sdkError('NoSuchBucket', 404);
    return bucket.content;
  };
  const bucket: FakeBucket = {
    content: initial === undefined ? undefined : { tags: {}, documents: {}, others: [], ...initial },
    taken: undefined,
    writes,
    async presence() {
      return bucket.taken ?? (bucket.content === undefined ? 'absent' : 'ours');
    },
    async tags() {
      return { ...bucket.content?.tags };
    },
    async publicAccessBlock() {
      return structuredClone(bucket.content?.block);
    },
    async policy() {
      return structuredClone(bucket.content?.policy);
    },
    async document(key) {
      return structuredClone(bucket.content?.documents[key]);
    },
    async someKeys() {
      const { documents, others } = content();
      return [...Object.keys(documents), ...others].slice(0, 10);
    },
    async create(tags) {
      writes.push('create');
      if (bucket.taken !== undefined) throw sdkError('BucketAlreadyExists', 409);
      if (bucket.content !== undefined) throw sdkError('BucketAlreadyOwnedByYou', 409);
      // New buckets block everything that is public.
      const block = {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      };
      bucket.content = { tags, block, documents: {}, others: [] };
    },
    async putTags(tags) {
      writes.push('putTags');
      content().tags = tags;
    },
    async putPublicAccessBlock(block) {
      writes.push('putPublicAccessBlock');
      content().block = block;
    },
    async putPolicy(policy) {
      writes.push('putPolicy');
      if (policy !== undefined && content().block?.BlockPublicPolicy === true)
        throw sdkError('AccessDenied', 403);
      content().policy = policy;
    },
    async putDocument(key, { body, contentType, metadata, tags, onlyIf }) {
      const { documents } = content();
      if (documents[key]?.etag !== (onlyIf === 'absent' ? undefined : onlyIf.etag)) return false;
      writes.push(`putDocument ${key}`);
      documents[key] = document(body, { contentType, metadata, tags });
      return true;
    },
    async deleteDocument(key) {
      writes.push(`deleteDocument ${key}`);
      delete content().documents[key];
    },
    async delete() {
      writes.push('delete');
      const { documents, others } = content();
      if (Object.keys(documents).length + others.length > 0) throw sdkError('BucketNotEmpty', 409);
      bucket.content = undefined;
    },
  };
  return bucket;
}
