import { createHash } from 'node:crypto';
import type { BucketPresence, IssuerBucket } from '../../../core/aws/issuer-buckets.ts';
import type { IssuerReader } from '../../../core/aws/issuer-reader.ts';
import type { DocumentState, Grant, PublicAccessBlock } from '../../../core/domain/observed.ts';
import type { PolicyDocument } from '../../../core/domain/policy-document.ts';
import type { Tags } from '../../../core/domain/tags.ts';
import { CLOSED } from '../closed-bucket.ts';
import { sdkError } from './sdk-error.ts';

/** A version that is not the one that is read, or a delete marker. */
interface OlderVersion {
  readonly versionId: string;
  /** Absent of a delete marker. */
  readonly document?: DocumentState;
}

/** What S3 holds of one bucket. */
export interface BucketContent {
  tags: Tags;
  block?: PublicAccessBlock | undefined;
  policy?: PolicyDocument | undefined;
  documents: Record<string, DocumentState>;
  /** Keys of objects that are no documents of an issuer. */
  others: string[];
  versioned?: boolean;
  /** What is below the documents, or hides them, newest first. */
  older?: Record<string, OlderVersion[]>;
}

/** One bucket of S3 in memory. `writes` lists what was called, in order. */
export interface FakeBucket extends IssuerBucket {
  /** Undefined while there is no bucket; tests may set it. */
  content: BucketContent | undefined;
  /** Set to make the name somebody else's. */
  taken: Exclude<BucketPresence, 'absent' | 'ours'> | undefined;
  readonly writes: string[];
  /** Whether everybody could read all documents that are there, after each write. */
  readonly readable: boolean[];
  /** Deletes a document as somebody does who names no version. */
  hide(key: string): void;
}

/** Everybody may read. */
export const PUBLIC_READ: Grant = {
  grantee: 'http://acs.amazonaws.com/groups/global/AllUsers',
  permission: 'READ',
};

/** A document as S3 would return it. */
export function document(body: string, more: Partial<DocumentState> = {}): DocumentState {
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  return { body, etag, contentType: 'application/json', metadata: {}, tags: {}, ...more };
}

export function fakeBucket(initial?: Partial<BucketContent>): FakeBucket {
  const writes: string[] = [];
  const readable: boolean[] = [];
  /** Of the documents that are read. What was there before a bucket had versions has this one. */
  const ids = new Map<string, string>();
  let versions = 0;
  const idOf = (key: string) => ids.get(key) ?? 'null';
  const content = (): BucketContent => {
    if (bucket.content === undefined) throw sdkError('NoSuchBucket', 404);
    return bucket.content;
  };
  const written = (what: string) => {
    writes.push(what);
    readable.push(bucket.content !== undefined && isReadable(bucket.content));
  };
  const setOlder = (key: string, list: readonly OlderVersion[]) => {
    const { [key]: _, ...others } = content().older ?? {};
    const older = list.length === 0 ? others : { ...others, [key]: [...list] };
    if (Object.keys(older).length === 0) delete content().older;
    else content().older = older;
  };
  const olderOf = (key: string) => bucket.content?.older?.[key] ?? [];
  /** What is read is pushed down by what comes on top of it. */
  const keepCurrent = (key: string) => {
    const current = content().documents[key];
    if (current === undefined || content().versioned !== true) return;
    setOlder(key, [{ versionId: idOf(key), document: current }, ...olderOf(key)]);
  };
  const show = (key: string) => {
    const [top, ...rest] = olderOf(key);
    if (top?.document === undefined) return;
    content().documents[key] = top.document;
    ids.set(key, top.versionId);
    setOlder(key, rest);
  };
  const bucket: FakeBucket = {
    content: initial === undefined ? undefined : { tags: {}, documents: {}, others: [], ...initial },
    taken: undefined,
    writes,
    readable,
    hide(key) {
      keepCurrent(key);
      delete content().documents[key];
      versions += 1;
      if (content().versioned === true) setOlder(key, [{ versionId: `marker-${versions}` }, ...olderOf(key)]);
    },
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
    async versions(wanted) {
      const { documents, others, older = {} } = bucket.content ?? { documents: {}, others: [] };
      return [
        ...Object.keys(documents).map((key) => ({ key, versionId: idOf(key), isMarker: false })),
        ...Object.entries(older).flatMap(([key, list]) =>
          list.map((each) => ({ key, versionId: each.versionId, isMarker: each.document === undefined })),
        ),
        ...others.map((key) => ({ key, versionId: 'null', isMarker: false })),
      ].filter(({ key }) => wanted === undefined || key === wanted);
    },
    async versionMetadata(key, versionId) {
      const current = idOf(key) === versionId ? bucket.content?.documents[key] : undefined;
      return (current ?? olderOf(key).find((each) => each.versionId === versionId)?.document)?.metadata;
    },
    async create(tags) {
      written('create');
      if (bucket.taken !== undefined) throw sdkError('BucketAlreadyExists', 409);
      if (bucket.content !== undefined) throw sdkError('BucketAlreadyOwnedByYou', 409);
      // New buckets block everything that is public.
      const block = CLOSED;
      bucket.content = { tags, block, documents: {}, others: [] };
    },
    async putTags(tags) {
      content().tags = tags;
      written('putTags');
    },
    async putPublicAccessBlock(block) {
      content().block = block;
      written('putPublicAccessBlock');
    },
    async putPolicy(policy) {
      if (policy !== undefined && content().block?.BlockPublicPolicy === true)
        throw sdkError('AccessDenied', 403);
      content().policy = policy;
      written('putPolicy');
    },
    async putDocument(key, { body, contentType, metadata, tags, onlyIf }) {
      const { documents, versioned } = content();
      if (documents[key]?.etag !== (onlyIf === 'absent' ? undefined : onlyIf.etag)) return false;
      keepCurrent(key);
      versions += 1;
      ids.set(key, versioned === true ? `version-${versions}` : 'null');
      // Its ACL is private, whatever that of the one before was.
      documents[key] = document(body, { contentType, metadata, tags });
      written(`putDocument ${key}`);
      return true;
    },
    async putAcl(key, grants) {
      const { block, documents } = content();
      if (block?.BlockPublicAcls === true && grants.some(isPublic)) throw sdkError('AccessDenied', 403);
      documents[key] = { ...(documents[key] ?? document('')), acl: grants };
      written(`putAcl ${key}`);
    },
    async deleteVersion(key, versionId) {
      const { documents } = content();
      const isCurrent = documents[key] !== undefined && idOf(key) === versionId;
      if (isCurrent) delete documents[key];
      else
        setOlder(
          key,
          olderOf(key).filter((each) => each.versionId !== versionId),
        );
      if (documents[key] === undefined) show(key);
      written(`deleteVersion ${key}`);
    },
    async delete() {
      written('delete');
      const { documents, others, older = {} } = content();
      const held = [...Object.keys(documents), ...others, ...Object.keys(older)];
      if (held.length > 0) throw sdkError('BucketNotEmpty', 409);
      bucket.content = undefined;
    },
  };
  return bucket;
}

/** By policy or by ACL; policies are those of these tests, which allow all objects to everybody. */
export function isReadable({ block, policy, documents }: BucketContent): boolean {
  const byPolicy =
    block?.RestrictPublicBuckets !== true &&
    policy?.Statement.some(
      ({ Effect, Principal, Condition }) =>
        Effect === 'Allow' && Principal === '*' && Condition === undefined,
    ) === true;
  return Object.values(documents).every(
    ({ acl = [] }) => byPolicy || (block?.IgnorePublicAcls !== true && acl.some(isPublic)),
  );
}

function isPublic({ grantee }: Grant): boolean {
  return grantee === PUBLIC_READ.grantee;
}

/** The documents of a bucket as anybody reads them. */
export function publicReader(issuerBucket: IssuerBucket): IssuerReader {
  return async (key) => {
    const document = await issuerBucket.document(key);
    return document === undefined ? { status: 404, body: '' } : { status: 200, body: document.body };
  };
}
