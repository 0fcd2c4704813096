import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { DUMMY_CREDENTIALS } from './child-environment.ts';

export interface Clients {
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly sts: STSClient;
}

/** SDK clients of an emulator's endpoint. Credentials are dummies, whatever the environment holds. */
export function clientsFor(endpoint: string, region: string): Clients {
  const common = { endpoint, region, credentials: DUMMY_CREDENTIALS };
  return {
    s3: new S3Client({ ...common, forcePathStyle: true }),
    sfn: new SFNClient(common),
    sts: new STSClient(common),
  };
}
