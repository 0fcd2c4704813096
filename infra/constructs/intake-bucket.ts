import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { OPERATION_NAMES, operationFacts } from '../../core/domain/operations.ts';
import { bucketName } from '../names.ts';
import { denyClusters } from '../statements/clusters.ts';
import type { AccessLogBucket } from './access-log-bucket.ts';

export interface IntakeBucketProps {
  readonly key: IKey;
  readonly accessLogs: AccessLogBucket;
  /** False only where there is no TLS to be had. */
  readonly enforceSSL: boolean;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Where bundles arrive. Versioned, because a run names the version it was started with. A bundle may carry an
 * install-config.yaml with a pull secret, so nothing stays for longer than it can be of use.
 */
export class IntakeBucket extends Bucket {
  constructor(scope: Construct, id: string, props: IntakeBucketProps) {
    super(scope, id, {
      bucketName: bucketName('intake'),
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: false, // see OutputBucket
      enforceSSL: props.enforceSSL,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: props.accessLogs as IBucket, // its optional members are typed less exactly than ours
      serverAccessLogsPrefix: 'intake/',
      lifecycleRules: [
        // A rule cannot say "all but", so each prefix has its own.
        ...OPERATION_NAMES.flatMap((name) => {
          const { keptDays } = operationFacts(name);
          return keptDays === undefined ? [] : { prefix: `${name}/`, expiration: Duration.days(keptDays) };
        }),
        {
          // A failed run can be redriven for 14 days, and then needs the version it was started with.
          noncurrentVersionExpiration: Duration.days(14),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: props.removalPolicy,
    });
    this.addToResourcePolicy(denyClusters(['s3:*'], [this.bucketArn, this.arnForObjects('*')]));
    // `eventBridgeEnabled` of the Bucket construct deploys a custom resource to do just this.
    (this.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }
}
