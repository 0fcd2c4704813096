import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { KeyPattern } from '../../core/storage/key-pattern.ts';

/** Objects as the layout of a bucket names them; `*` stands for any text, slashes too. */
export type Grant = Pick<KeyPattern, 'grant'>;

/** Every object of a bucket. */
export const ANY: Grant = { grant: '*' };

const OBJECT_ARN = 'kms:EncryptionContext:aws:s3:arn';

/**
 * Statements about the objects of one bucket that is encrypted with `key`. S3 access and key access go
 * together: the key may be used for just the same objects, because S3 gives KMS the object's ARN as context.
 */
export class ObjectGrants {
  readonly #bucket: Bucket;
  readonly #key: IKey;

  constructor(bucket: Bucket, key: IKey) {
    this.#bucket = bucket;
    this.#key = key;
  }

  /** Content and metadata. */
  read(...patterns: Grant[]): PolicyStatement[] {
    return [this.#objects(['s3:GetObject'], patterns), this.#keyUse(['kms:Decrypt'], patterns)];
  }

  /** The same of a version named by its id, which may be gone. */
  readVersion(...patterns: Grant[]): PolicyStatement[] {
    return [
      ...this.read(...patterns),
      this.#objects(['s3:GetObjectVersion'], patterns),
      ...this.listVersions(),
    ];
  }

  /** Metadata only: HEAD needs `s3:GetObject` but nothing of KMS, and the content stays sealed. */
  inspect(...patterns: Grant[]): PolicyStatement[] {
    return [this.#objects(['s3:GetObject'], patterns)];
  }

  write(...patterns: Grant[]): PolicyStatement[] {
    return [this.#objects(['s3:PutObject'], patterns), this.#keyUse(['kms:GenerateDataKey'], patterns)];
  }

  /** Sets a delete marker; what was there stays until the bucket's lifecycle ends it. */
  remove(...patterns: Grant[]): PolicyStatement[] {
    return [this.#objects(['s3:DeleteObject'], patterns)];
  }

  /** Finds delete markers too, which have versions like any object and no content. */
  listVersions(): PolicyStatement[] {
    return [this.#bucketWide('s3:ListBucketVersions')];
  }

  /** Looks whose the current version is and removes it for good, so that the one before is current again. */
  removeVersions(...patterns: Grant[]): PolicyStatement[] {
    return [this.#objects(['s3:GetObject', 's3:DeleteObjectVersion'], patterns)];
  }

  /**
   * Without `s3:ListBucket` a missing object is "403 Access Denied" instead of "404", and every task has to
   * tell "not there yet" from "not allowed". A condition on the prefix would undo that: asking for an object
   * carries no prefix. Keys hold no secrets.
   */
  allowNotFound(): PolicyStatement[] {
    return [this.#bucketWide('s3:ListBucket')];
  }

  /** Denied whatever else is allowed, now or after a change to the table of permissions. */
  neverDecrypt(...patterns: Grant[]): PolicyStatement[] {
    return [this.#keyUse(['kms:Decrypt'], patterns, Effect.DENY)];
  }

  #objects(actions: string[], patterns: Grant[]): PolicyStatement {
    return new PolicyStatement({
      actions,
      resources: patterns.map((pattern) => this.#bucket.arnForObjects(pattern.grant)),
    });
  }

  #bucketWide(action: string): PolicyStatement {
    return new PolicyStatement({ actions: [action], resources: [this.#bucket.bucketArn] });
  }

  #keyUse(actions: string[], patterns: Grant[], effect = Effect.ALLOW): PolicyStatement {
    const arns = patterns.map((pattern) => this.#bucket.arnForObjects(pattern.grant));
    return new PolicyStatement({
      effect,
      actions,
      resources: [this.#key.keyArn],
      conditions: { StringLike: { [OBJECT_ARN]: arns } },
    });
  }
}
