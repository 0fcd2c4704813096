import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Platform } from './platform.ts';

export interface PermissionScope
  extends Pick<
    Platform,
    | 'identityProviders'
    | 'allProviders'
    | 'boundaryArn'
    | 'eventConditions'
    | 'accountDetailsComplete'
    | 'tokensOfMachines'
  > {
  readonly intake: Bucket;
  readonly output: Bucket;
  readonly key: IKey;
  /** Whether audits ask IAM's policy simulator too. */
  readonly simulatePolicies: boolean;
}
