import {
  type DeleteMarkerEntry,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion as ObjectVersionOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { defined } from '../util/defined.ts';
import { ignoreNotFound, isAwsError } from './errors.ts';

/** An object has more bytes than its reader allows. */
export class ObjectTooLarge extends Error {
  override readonly name = 'ObjectTooLarge';
}

/** What S3 tells about an object besides its content. */
export interface ObjectFacts {
  readonly etag: string;
  /** Absent when the bucket is not versioned. */
  readonly versionId?: string;
  readonly contentType?: string;
  /** User metadata; S3 lowers the case of its keys. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredObject extends ObjectFacts {
  readonly bytes: Uint8Array;
}

export interface PutOptions {
  readonly contentType: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** `absent`: only when the object is not there; an ETag: only when that is still its current version. */
  readonly onlyIf?: 'absent' | { readonly etag: string };
}

/** One version of an object; a delete marker is one that hides those below it. */
export interface ObjectVersion {
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  readonly isLatest: boolean;
  /** ISO 8601. */
  readonly modifiedAt?: string;
}

/** The few things the pipeline does with the objects of one bucket. */
export interface ObjectStore {
  /** Throws ObjectTooLarge, before reading, when the object has more than `maxBytes`. */
  get(
    key: string,
    options?: { readonly versionId?: string; readonly maxBytes?: number },
  ): Promise<StoredObject | undefined>;
  head(key: string): Promise<ObjectFacts | undefined>;
  /** Returns the facts of what was written, or undefined when the condition `onlyIf` did not hold. */
  put(
    key: string,
    body: string | Uint8Array,
    options: PutOptions,
  ): Promise<{ readonly etag: string } | undefined>;
  /** Keys under a prefix, in byte order. */
  list(prefix: string): Promise<readonly string[]>;
  /** ETags by key, of the objects under a prefix; empty of one that is archived, which cannot be read. */
  etags(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** Names of the folders right below a prefix that ends in a slash, in byte order. */
  folders(prefix: string): Promise<readonly string[]>;
  /** All versions of one object, in no order. */
  versionsOf(key: string): Promise<readonly ObjectVersion[]>;
  /** Removes one version for good; without a version the object, which a versioned bucket hides only. */
  remove(key: string, options?: { readonly versionId?: string; readonly etag?: string }): Promise<void>;
  /** Removes many objects, a thousand with a call; a versioned bucket hides them only. */
  removeAll(keys: readonly string[]): Promise<void>;
}

/** S3 API Reference, DeleteObjects. */
const MAX_REMOVED_AT_ONCE = 1_000;

/** Storage classes of objects that are to be restored before they are read (S3 User Guide, Working with archived objects). */
const ARCHIVED: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

const ABSENT = ['NoSuchKey', 'NotFound', 'NoSuchVersion'];
const CONDITION_FAILED = ['PreconditionFailed', '412'];

/**
 * Objects of one bucket through S3. Throws what the SDK throws, but for what is absent.
 *
 * @param owner Account of the bucket: S3 itself refuses every call should the name meanwhile belong to another.
 */
export function objectStore(s3: S3Client, bucket: string, owner: string): ObjectStore {
  const ours = { Bucket: bucket, ExpectedBucketOwner: owner };
  const etags = async (prefix: string) => {
    const pages = await allPages(s3, { ...ours, Prefix: prefix });
    return new Map(
      pages.flatMap(({ Contents = [] }) =>
        Contents.flatMap(({ Key, ETag = '', StorageClass = '' }): [string, string][] =>
          Key === undefined ? [] : [[Key, ARCHIVED.includes(StorageClass) ? '' : ETag]],
        ),
      ),
    );
  };
  return {
    async get(key, { versionId, maxBytes = Number.POSITIVE_INFINITY } = {}) {
      const answer = await ignoreNotFound(
        s3.send(
          new GetObjectCommand({
            ...ours,
            Key: key,
            ...defined({ VersionId: versionId }),
          }),
        ),
        ...ABSENT,
      );
      if (answer?.Body === undefined) return undefined;
      if ((answer.ContentLength ?? 0) > maxBytes) {
        (answer.Body as { destroy?: () => void }).destroy?.();
        throw new ObjectTooLarge(`${key} has ${answer.ContentLength} bytes; ${maxBytes} are allowed.`);
      }
      return { ...facts(answer), bytes: await answer.Body.transformToByteArray() };
    },

    async head(key) {
      const answer = await ignoreNotFound(
        s3.send(new HeadObjectCommand({ ...ours, Key: key })).catch(throwNamed),
        ...ABSENT,
      );
      return answer === undefined ? undefined : facts(answer);
    },

    async put(key, body, { contentType, metadata, onlyIf }) {
      const condition =
        onlyIf === undefined ? {} : onlyIf === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: onlyIf.etag };
      try {
        const answer = await s3.send(
          new PutObjectCommand({
            ...ours,
            Key: key,
            Body: body,
            ContentType: contentType,
            ...defined({ Metadata: metadata }),
            ...condition,
          }),
        );
        return { etag: answer.ETag ?? '' };
      } catch (error) {
        // With If-Match S3 answers 404 when the object is gone.
        if (onlyIf !== undefined && isAwsError(error, ...CONDITION_FAILED, ...ABSENT)) return undefined;
        throw error;
      }
    },

    list: async (prefix) => [...(await etags(prefix)).keys()],

    etags,

    async folders(prefix) {
      const pages = await allPages(s3, { ...ours, Prefix: prefix, Delimiter: '/' });
      return pages.flatMap(({ CommonPrefixes = [] }) =>
        CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice(prefix.length, -1)),
      );
    },

    async versionsOf(key) {
      const found: ObjectVersion[] = [];
      let marker: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } =
        {};
      do {
        const page: ListObjectVersionsCommandOutput = await s3.send(
          new ListObjectVersionsCommand({ ...ours, Prefix: key, ...marker }),
        );
        const ofKey = (
          items: readonly (ObjectVersionOutput | DeleteMarkerEntry)[] = [],
          isDeleteMarker: boolean,
        ) =>
          items.flatMap(({ Key, VersionId = '', IsLatest = false, LastModified }) =>
            Key === key
              ? {
                  versionId: VersionId,
                  isDeleteMarker,
                  isLatest: IsLatest,
                  ...defined({ modifiedAt: LastModified?.toISOString() }),
                }
              : [],
          );
        for (const each of [...ofKey(page.Versions, false), ...ofKey(page.DeleteMarkers, true)])
          found.push(each);
        marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      } while (marker.KeyMarker === key);
      return found;
    },

    async remove(key, { versionId, etag } = {}) {
      // With If-Match S3 answers 404 when the object is gone, perhaps by a try whose answer was lost.
      await ignoreNotFound(
        s3.send(
          new DeleteObjectCommand({
            ...ours,
            Key: key,
            ...defined({ VersionId: versionId, IfMatch: etag }),
          }),
        ),
        ...ABSENT,
      );
    },

    async removeAll(keys) {
      for (let from = 0; from < keys.length; from += MAX_REMOVED_AT_ONCE) {
        const Objects = keys.slice(from, from + MAX_REMOVED_AT_ONCE).map((Key) => ({ Key }));
        const { Errors = [] } = await s3.send(
          new DeleteObjectsCommand({ ...ours, Delete: { Objects, Quiet: true } }),
        );
        // The call succeeds, whatever becomes of each.
        const [first] = Errors;
        if (first !== undefined)
          throw Object.assign(new Error(`${first.Key}: ${first.Message}`), { name: first.Code ?? 'Error' });
      }
    },
  };
}

async function allPages(
  s3: S3Client,
  input: ListObjectsV2CommandInput,
): Promise<ListObjectsV2CommandOutput[]> {
  const pages: ListObjectsV2CommandOutput[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ ...input, ...defined({ ContinuationToken: token }) }),
    );
    pages.push(page);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return pages;
}

/** An answer to HEAD has no body, and so no error code but its status. */
function throwNamed(error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }): never {
  if (error.$metadata?.httpStatusCode === 403) error.name = 'AccessDenied';
  throw error;
}

function facts(
  answer: Pick<GetObjectCommandOutput, 'ETag' | 'VersionId' | 'ContentType' | 'Metadata'>,
): ObjectFacts {
  return {
    etag: answer.ETag ?? '',
    ...defined({ versionId: answer.VersionId, contentType: answer.ContentType }),
    metadata: answer.Metadata ?? {},
  };
}
