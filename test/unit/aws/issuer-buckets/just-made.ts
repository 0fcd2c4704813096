import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { bucket, s3 } from '../../../support/issuer-buckets.ts';

/*
 * "If you create a bucket and immediately list or use it, S3 may answer that it is not there": bucket operations are
 * eventually consistent (S3 User Guide, Welcome.html#ConsistencyModel); two operations on one bucket at a time are 409
 * OperationAborted (S3 API Reference, error responses).
 */
describe('a bucket that was made a moment ago', () => {
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    tags: () => bucket.tags(),
    'public access block': () => bucket.publicAccessBlock(),
    policy: () => bucket.policy(),
    'another creation': () => bucket.create({}),
    'new tags': () => bucket.putTags({ a: 'b' }),
    'no tags': () => bucket.putTags({}),
    'a public access block': () => bucket.putPublicAccessBlock(BLOCK),
    'no public access block': () => bucket.putPublicAccessBlock(undefined),
    'a policy': () => bucket.putPolicy({ Version: '2012-10-17', Statement: [] }),
    'no policy': () => bucket.putPolicy(undefined),
    'a document': () => bucket.document('keys.json'),
    keys: () => bucket.someKeys(),
    versions: () => bucket.versions(),
    'a new document': () =>
      bucket.putDocument('keys.json', {
        body: '{}',
        contentType: 'application/json',
        metadata: {},
        tags: {},
        onlyIf: 'absent',
      }),
    'an access control list': () => bucket.putAcl('keys.json', []),
    'a version to delete': () => bucket.deleteVersion('keys.json', 'v1'),
  };
  const BLOCK = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  };

  it.each(
    Object.keys(calls).flatMap((call) =>
      [
        ['NoSuchBucket', 404],
        ['OperationAborted', 409],
      ].map(([code, status]) => [call, code as string, status as number] as const),
    ),
  )('is not there yet, for %s: %s', async (call, code, status) => {
    s3.onAnyCommand().rejects(sdkError(code, status));
    await expect(calls[call]?.()).rejects.toMatchObject({ name: 'NotYetConsistent' });
  });

  it('may still be at its making when it is to be deleted', async () => {
    s3.on(DeleteBucketCommand).rejects(sdkError('OperationAborted', 409));
    await expect(bucket.delete()).rejects.toMatchObject({ name: 'NotYetConsistent' });
  });
});
