import { gunzipSync } from 'node:zlib';
import {
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  type Grantee,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type Permission,
  PutObjectAclCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { DocumentState, Grant } from '../domain/observed.ts';
import type { Tags } from '../domain/tags.ts';
import { defined } from '../util/defined.ts';
import { ignoreNotFound, isAwsError } from './errors.ts';
import { onKnownBucket } from './known-bucket.ts';
import { fromTagList } from './tags.ts';

export interface NewDocument {
  readonly body: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Tags;
  /** Write only over this version, or only when there is none. */
  readonly onlyIf: 'absent' | { readonly etag: string };
}

/** A version of an object, or a marker that it was deleted. A bucket without versioning has one of each object, `null`. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isMarker: boolean;
}

/** What the pipeline does with the objects of an issuer bucket. */
export interface IssuerDocuments {
  document(key: string): Promise<DocumentState | undefined>;
  /** Up to ten keys: enough to see whether the bucket holds anything but an issuer. */
  someKeys(): Promise<readonly string[]>;
  /** False when the condition `onlyIf` did not hold; nothing was written then. The ACL is private afterwards. */
  putDocument(key: string, document: NewDocument): Promise<boolean>;
  /** Gives others than the owner these permissions and no further ones. */
  putAcl(key: string, grants: readonly Grant[]): Promise<void>;
  /** Versions and delete markers, up to a thousand: of one key, or of all. */
  versions(key?: string): Promise<readonly ObjectVersion[]>;
  /** Metadata of one version; undefined when it is gone. */
  versionMetadata(key: string, versionId: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Removes a version, or a delete marker, for good. */
  deleteVersion(key: string, versionId: string): Promise<void>;
}

export function s3IssuerDocuments(
  s3: S3Client,
  bucket: { readonly Bucket: string; readonly ExpectedBucketOwner: string },
): IssuerDocuments {
  const known = <Answer>(call: Promise<Answer>) => onKnownBucket(bucket.Bucket, call);
  return {
    async document(key) {
      const object = { ...bucket, Key: key };
      const [content, tagging, acl] = await Promise.all([
        ignoreNotFound(known(s3.send(new GetObjectCommand(object))), 'NoSuchKey'),
        ignoreNotFound(known(s3.send(new GetObjectTaggingCommand(object))), 'NoSuchKey'),
        ignoreNotFound(known(s3.send(new GetObjectAclCommand(object))), 'NoSuchKey'),
      ]);
      if (content?.Body === undefined) return undefined;
      const grants = (acl?.Grants ?? []).flatMap(({ Grantee, Permission }): Grant[] => {
        const grantee = Grantee?.URI ?? Grantee?.ID;
        if (grantee === undefined || Permission === undefined || grantee === acl?.Owner?.ID) return [];
        return [{ grantee, permission: Permission }];
      });
      const { ServerSideEncryption: encryption } = content;
      const encoding = encodingOf(content.ContentEncoding);
      return {
        body:
          encoding === 'gzip'
            ? unzipped(await content.Body.transformToByteArray())
            : await content.Body.transformToString(),
        etag: content.ETag ?? '',
        ...defined({ contentType: content.ContentType }),
        metadata: content.Metadata ?? {},
        tags: fromTagList(tagging?.TagSet),
        ...(encryption?.startsWith('aws:kms') === true ? { encryption } : {}),
        ...defined({ encoding }),
        ...(grants.length === 0 ? {} : { acl: grants }),
      };
    },

    async someKeys() {
      const answer = await known(s3.send(new ListObjectsV2Command({ ...bucket, MaxKeys: 10 })));
      return (answer.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    },

    async putDocument(key, { body, contentType, metadata, tags, onlyIf }) {
      try {
        const command = new PutObjectCommand({
          ...bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          Metadata: metadata,
          Tagging: new URLSearchParams(tags).toString(),
          // STS reads the documents without credentials, which SSE-KMS would not let it.
          ServerSideEncryption: 'AES256',
          ...(onlyIf === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: onlyIf.etag }),
        });
        await known(s3.send(command));
        return true;
      } catch (error) {
        if (isAwsError(error, 'PreconditionFailed', 'NoSuchKey')) return false;
        throw error;
      }
    },

    async putAcl(key, grants) {
      const object = { ...bucket, Key: key };
      // PutObjectAcl replaces the whole list, the owner's own grant too.
      const { Owner } = await known(s3.send(new GetObjectAclCommand(object)));
      const owner: Grantee = { Type: 'CanonicalUser', ID: Owner?.ID };
      await known(
        s3.send(
          new PutObjectAclCommand({
            ...object,
            AccessControlPolicy: {
              Owner,
              Grants: [
                { Grantee: owner, Permission: 'FULL_CONTROL' },
                ...grants.map(({ grantee, permission }) => ({
                  Grantee: granteeOf(grantee),
                  Permission: permission as Permission,
                })),
              ],
            },
          }),
        ),
      );
    },

    async versions(key) {
      const answer = await known(
        s3.send(new ListObjectVersionsCommand({ ...bucket, ...defined({ Prefix: key }) })),
      );
      return [
        ...(answer.Versions ?? []).map((each) => ({ ...each, isMarker: false })),
        ...(answer.DeleteMarkers ?? []).map((each) => ({ ...each, isMarker: true })),
      ]
        .filter(({ Key }) => key === undefined || Key === key)
        .map(({ Key = '', VersionId = 'null', isMarker }) => ({ key: Key, versionId: VersionId, isMarker }));
    },

    async versionMetadata(key, versionId) {
      const version = { ...bucket, Key: key, VersionId: versionId };
      // A HEAD answer has no body, and so no code: its status alone says that there is nothing.
      const answer = await ignoreNotFound(
        s3.send(new HeadObjectCommand(version)),
        'NotFound',
        'NoSuchVersion',
      );
      return answer && (answer.Metadata ?? {});
    },

    async deleteVersion(key, versionId) {
      const version = { ...bucket, Key: key, VersionId: versionId };
      await ignoreNotFound(known(s3.send(new DeleteObjectCommand(version))), 'NoSuchVersion');
    },
  };
}

/** S3 serves an object encoded as it was stored, whatever is asked for. What stands for the upload itself says nothing of it. */
function encodingOf(header: string | undefined): string | undefined {
  const encodings = (header ?? '').split(',').map((each) => each.trim().toLowerCase());
  return encodings.find((each) => !['', 'identity', 'aws-chunked'].includes(each));
}

/** More than a hundred keys of 8,192 bits. */
const MAX_BYTES = 1024 * 1024;

/** What cannot be unpacked is no document that could be understood. */
function unzipped(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8');
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

function granteeOf(grantee: string): Grantee {
  return grantee.startsWith('http')
    ? { Type: 'Group', URI: grantee }
    : { Type: 'CanonicalUser', ID: grantee };
}
