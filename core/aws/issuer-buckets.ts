import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { DocumentState, PublicAccessBlock } from '../domain/observed.ts';
import { type PolicyDocument, parsePolicy } from '../domain/policy-document.ts';
import type { Tags } from '../domain/tags.ts';
import { defined } from '../util/defined.ts';
import { ignoreNotFound, isAwsError } from './errors.ts';
import { fromTagList, toTagList } from './tags.ts';

/** `foreign`: the name is taken by another account. `elsewhere`: it is in another region. */
export type BucketPresence = 'absent' | 'ours' | 'foreign' | 'elsewhere';

export interface NewDocument {
  readonly body: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Tags;
  /** Write only over this version, or only when there is none. */
  readonly onlyIf: 'absent' | { readonly etag: string };
}

/** What the pipeline does with the bucket that serves an issuer's documents. */
export interface IssuerBucket {
  presence(): Promise<BucketPresence>;
  tags(): Promise<Tags>;
  publicAccessBlock(): Promise<PublicAccessBlock | undefined>;
  policy(): Promise<PolicyDocument | undefined>;
  document(key: string): Promise<DocumentState | undefined>;
  /** Up to ten keys: enough to see whether the bucket holds anything but an issuer. */
  someKeys(): Promise<readonly string[]>;
  create(tags: Tags): Promise<void>;
  putTags(tags: Tags): Promise<void>;
  /** Undefined removes the block. */
  putPublicAccessBlock(block: PublicAccessBlock | undefined): Promise<void>;
  /** Undefined removes the policy. */
  putPolicy(policy: PolicyDocument | undefined): Promise<void>;
  /** False when the condition `onlyIf` did not hold; nothing was written then. */
  putDocument(key: string, document: NewDocument): Promise<boolean>;
  deleteDocument(key: string): Promise<void>;
  delete(): Promise<void>;
}

/** The issuer bucket through S3, with a client of the bucket's region. Throws what the SDK throws, but for what is absent. */
export function s3IssuerBucket(s3: S3Client, name: string, region: string, accountId: string): IssuerBucket {
  // S3 itself refuses every call should the name meanwhile belong to another account.
  const bucket = { Bucket: name, ExpectedBucketOwner: accountId };
  return {
    async presence() {
      try {
        await s3.send(new HeadBucketCommand(bucket));
        return 'ours';
      } catch (error) {
        // A HEAD answer has no body, so there is but the status to go by.
        const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
        if (status === 404) return 'absent';
        if (status === 403) return 'foreign';
        if (status === 301) return 'elsewhere';
        throw error;
      }
    },

    async tags() {
      const answer = await ignoreNotFound(
        s3.send(new GetBucketTaggingCommand(bucket)),
        'NoSuchTagSet',
        'NoSuchBucket',
      );
      return fromTagList(answer?.TagSet);
    },

    async publicAccessBlock() {
      const answer = await ignoreNotFound(
        s3.send(new GetPublicAccessBlockCommand(bucket)),
        'NoSuchPublicAccessBlockConfiguration',
        'NoSuchBucket',
      );
      const block = answer?.PublicAccessBlockConfiguration;
      if (block === undefined) return undefined;
      return {
        BlockPublicAcls: block.BlockPublicAcls ?? false,
        IgnorePublicAcls: block.IgnorePublicAcls ?? false,
        BlockPublicPolicy: block.BlockPublicPolicy ?? false,
        RestrictPublicBuckets: block.RestrictPublicBuckets ?? false,
      };
    },

    async policy() {
      const answer = await ignoreNotFound(
        s3.send(new GetBucketPolicyCommand(bucket)),
        'NoSuchBucketPolicy',
        'NoSuchBucket',
      );
      return answer?.Policy === undefined ? undefined : parsePolicy(answer.Policy);
    },

    async document(key) {
      const object = { ...bucket, Key: key };
      const [content, tagging] = await Promise.all([
        ignoreNotFound(s3.send(new GetObjectCommand(object)), 'NoSuchKey', 'NoSuchBucket'),
        ignoreNotFound(s3.send(new GetObjectTaggingCommand(object)), 'NoSuchKey', 'NoSuchBucket'),
      ]);
      if (content?.Body === undefined) return undefined;
      return {
        body: await content.Body.transformToString(),
        etag: content.ETag ?? '',
        ...defined({ contentType: content.ContentType }),
        metadata: content.Metadata ?? {},
        tags: fromTagList(tagging?.TagSet),
      };
    },

    async someKeys() {
      const answer = await s3.send(new ListObjectsV2Command({ ...bucket, MaxKeys: 10 }));
      return (answer.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    },

    async create(tags) {
      await s3.send(
        new CreateBucketCommand({
          Bucket: name,
          CreateBucketConfiguration: {
            // S3 refuses a location constraint that names us-east-1.
            ...(region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint }),
            // Tags on creation, so that no crash can leave a bucket that nobody owns up to.
            Tags: toTagList(tags),
          },
        }),
      );
    },

    async putTags(tags) {
      if (Object.keys(tags).length === 0) await s3.send(new DeleteBucketTaggingCommand(bucket));
      else await s3.send(new PutBucketTaggingCommand({ ...bucket, Tagging: { TagSet: toTagList(tags) } }));
    },

    async putPublicAccessBlock(block) {
      if (block === undefined) await s3.send(new DeletePublicAccessBlockCommand(bucket));
      else
        await s3.send(new PutPublicAccessBlockCommand({ ...bucket, PublicAccessBlockConfiguration: block }));
    },

    async putPolicy(policy) {
      if (policy === undefined) await s3.send(new DeleteBucketPolicyCommand(bucket));
      else await s3.send(new PutBucketPolicyCommand({ ...bucket, Policy: JSON.stringify(policy) }));
    },

    async putDocument(key, { body, contentType, metadata, tags, onlyIf }) {
      try {
        await s3.send(
          new PutObjectCommand({
            ...bucket,
            Key: key,
            Body: body,
            ContentType: contentType,
            Metadata: metadata,
            Tagging: new URLSearchParams(tags).toString(),
            // STS reads the documents without credentials, which SSE-KMS would not let it.
            ServerSideEncryption: 'AES256',
            ...(onlyIf === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: onlyIf.etag }),
          }),
        );
        return true;
      } catch (error) {
        if (isAwsError(error, 'PreconditionFailed', 'NoSuchKey')) return false;
        throw error;
      }
    },

    async deleteDocument(key) {
      await ignoreNotFound(s3.send(new DeleteObjectCommand({ ...bucket, Key: key })), 'NoSuchBucket');
    },

    async delete() {
      await ignoreNotFound(s3.send(new DeleteBucketCommand(bucket)), 'NoSuchBucket');
    },
  };
}
