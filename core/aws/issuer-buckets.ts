import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { RegionNotEnabled } from '../domain/errors.ts';
import type { PublicAccessBlock } from '../domain/observed.ts';
import { type PolicyDocument, parsePolicy } from '../domain/policy-document.ts';
import type { Tags } from '../domain/tags.ts';
import { ignoreNotFound, isAwsError } from './errors.ts';
import { type IssuerDocuments, s3IssuerDocuments } from './issuer-documents.ts';
import { onKnownBucket } from './known-bucket.ts';
import { fromTagList, toTagList } from './tags.ts';

/** `foreign`: the name is taken by another account. `elsewhere`: it is in another region. */
export type BucketPresence = 'absent' | 'ours' | 'foreign' | 'elsewhere';

/** What the pipeline does with the bucket that serves an issuer's documents. */
export interface IssuerBucket extends IssuerDocuments {
  presence(): Promise<BucketPresence>;
  tags(): Promise<Tags>;
  publicAccessBlock(): Promise<PublicAccessBlock | undefined>;
  policy(): Promise<PolicyDocument | undefined>;
  create(tags: Tags): Promise<void>;
  putTags(tags: Tags): Promise<void>;
  /** Undefined removes the block. */
  putPublicAccessBlock(block: PublicAccessBlock | undefined): Promise<void>;
  /** Undefined removes the policy. */
  putPolicy(policy: PolicyDocument | undefined): Promise<void>;
  delete(): Promise<void>;
}

/**
 * What S3 says in a region that is not enabled for the account to a caller who is well known elsewhere (S3 API Reference,
 * error responses). The function itself was started with the same credentials, so they are good.
 */
const UNKNOWN_CALLER = ['InvalidAccessKeyId', 'InvalidToken', 'InvalidClientTokenId', 'InvalidSecurity'];

/** The issuer bucket through S3, with a client of the bucket's region. Throws what the SDK throws, but for what is absent, and RegionNotEnabled. */
export function s3IssuerBucket(s3: S3Client, name: string, region: string, accountId: string): IssuerBucket {
  // S3 itself refuses every call should the name meanwhile belong to another account.
  const bucket = { Bucket: name, ExpectedBucketOwner: accountId };
  const known = <Answer>(call: Promise<Answer>) => onKnownBucket(name, call);

  /** A region that the account has not enabled knows nobody of the account. An answer with a body says so. */
  async function refuseUnknownCaller(): Promise<void> {
    try {
      await s3.send(new GetBucketTaggingCommand(bucket));
    } catch (error) {
      if (!isAwsError(error, ...UNKNOWN_CALLER)) return;
      throw new RegionNotEnabled(
        `Region ${region} does not know this account (${error.name}): it has to be enabled there first (aws account enable-region --region-name ${region}, which takes some minutes). If it is the wrong one, correct the region of the cluster.`,
        { cause: error },
      );
    }
  }

  return {
    ...s3IssuerDocuments(s3, bucket),

    async presence() {
      try {
        await s3.send(new HeadBucketCommand(bucket));
        return 'ours';
      } catch (error) {
        // A HEAD answer has no body, so there is but the status to go by.
        const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
        if (status === 404) return 'absent';
        if (status === 301) return 'elsewhere';
        if (status === 400 || status === 403) await refuseUnknownCaller();
        if (status === 403) return 'foreign';
        throw error;
      }
    },

    async tags() {
      const answer = await ignoreNotFound(
        known(s3.send(new GetBucketTaggingCommand(bucket))),
        'NoSuchTagSet',
      );
      return fromTagList(answer?.TagSet);
    },

    async publicAccessBlock() {
      const answer = await ignoreNotFound(
        known(s3.send(new GetPublicAccessBlockCommand(bucket))),
        'NoSuchPublicAccessBlockConfiguration',
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
        known(s3.send(new GetBucketPolicyCommand(bucket))),
        'NoSuchBucketPolicy',
      );
      return answer?.Policy === undefined ? undefined : parsePolicy(answer.Policy);
    },

    async create(tags) {
      const command = new CreateBucketCommand({
        Bucket: name,
        CreateBucketConfiguration: {
          // S3 refuses a location constraint that names us-east-1.
          ...(region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint }),
          // Tags on creation, so that no crash can leave a bucket that nobody owns up to.
          Tags: toTagList(tags),
        },
      });
      await known(s3.send(command));
    },

    async putTags(tags) {
      if (Object.keys(tags).length === 0) await known(s3.send(new DeleteBucketTaggingCommand(bucket)));
      else
        await known(
          s3.send(new PutBucketTaggingCommand({ ...bucket, Tagging: { TagSet: toTagList(tags) } })),
        );
    },

    async putPublicAccessBlock(block) {
      if (block === undefined) await known(s3.send(new DeletePublicAccessBlockCommand(bucket)));
      else
        await known(
          s3.send(new PutPublicAccessBlockCommand({ ...bucket, PublicAccessBlockConfiguration: block })),
        );
    },

    async putPolicy(policy) {
      if (policy === undefined) await known(s3.send(new DeleteBucketPolicyCommand(bucket)));
      else await known(s3.send(new PutBucketPolicyCommand({ ...bucket, Policy: JSON.stringify(policy) })));
    },

    async delete() {
      // Gone is what it shall be.
      await known(ignoreNotFound(s3.send(new DeleteBucketCommand(bucket)), 'NoSuchBucket'));
    },
  };
}
