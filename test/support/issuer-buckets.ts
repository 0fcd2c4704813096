import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach } from 'vitest';
import { s3IssuerBucket } from '../../core/aws/issuer-buckets.ts';

export const s3 = mockClient(S3Client);
// Files share a process, and others ask a server.
afterAll(() => s3.restore());
export const bucketIn = (region: string) =>
  s3IssuerBucket(s3 as unknown as S3Client, 'demo-oidc', region, '123456789012');
export const bucket = bucketIn('us-east-2');
export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
export const OWNED = { Bucket: 'demo-oidc', ExpectedBucketOwner: '123456789012' };

/** Names and parameters of every call, in order. */
export const sent = () => s3.calls().map(({ args }) => [args[0].constructor.name, args[0].input]);

beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().resolves({});
});
