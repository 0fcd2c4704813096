import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { approvalRequests, auditRuns } from '../../core/storage/layout.ts';
import { bucketName } from '../names.ts';
import { denyClusters } from '../statements/clusters.ts';
import type { AccessLogBucket } from './access-log-bucket.ts';

export interface OutputBucketProps {
  readonly key: IKey;
  readonly accessLogs: AccessLogBucket;
  /** False only where there is no TLS to be had. */
  readonly enforceSSL: boolean;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Results, registry, run records and audits; among them the signing keys.
 *
 * S3 bucket keys are off on purpose. Without them S3 passes each object's ARN to KMS as encryption context, so
 * that IAM can say which function may decrypt which objects: some functions must see that the private key is
 * there (HEAD needs s3:GetObject) and yet never read it. With bucket keys the context is the bucket's ARN, and
 * whoever may decrypt one object may decrypt them all.
 */
export class OutputBucket extends Bucket {
  constructor(scope: Construct, id: string, props: OutputBucketProps) {
    super(scope, id, {
      bucketName: bucketName('output'),
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: false,
      enforceSSL: props.enforceSSL,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: props.accessLogs as IBucket, // its optional members are typed less exactly than ours
      serverAccessLogsPrefix: 'output/',
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(365),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        // As long as IAM remembers when a role was last used.
        { prefix: auditRuns.of(), expiration: Duration.days(400) },
        // Nobody waits longer than three days, and what lets a run go on is good for nothing then.
        {
          prefix: approvalRequests.of(),
          expiration: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
      removalPolicy: props.removalPolicy,
    });
    this.addToResourcePolicy(denyClusters(['s3:*'], [this.bucketArn, this.arnForObjects('*')]));
    this.denyOtherEncryption('x-amz-server-side-encryption', 'aws:kms');
    this.denyOtherEncryption('x-amz-server-side-encryption-aws-kms-key-id', props.key.keyArn);
  }

  /** An upload may choose its own encryption by request headers; what guards the private key is not up for choice. */
  private denyOtherEncryption(header: string, value: string): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects('*')],
        conditions: { Null: { [`s3:${header}`]: 'false' }, StringNotEquals: { [`s3:${header}`]: value } },
      }),
    );
  }
}
