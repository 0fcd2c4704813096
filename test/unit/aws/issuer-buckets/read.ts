import { gzipSync } from 'node:zlib';
import {
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { DocumentState } from '../../../../core/domain/observed.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { ALL_USERS, bucket, OWNED, s3, sent } from '../../../support/issuer-buckets.ts';

describe('whether the bucket is there', () => {
  it.each([
    [404, 'absent'],
    [403, 'foreign'],
    [301, 'elsewhere'],
  ])('status %i is %s', async (status, presence) => {
    s3.on(HeadBucketCommand).rejects(sdkError('Unknown', status));
    await expect(bucket.presence()).resolves.toBe(presence);
  });

  // A HEAD has no body; what a region says that the account has not enabled stands in an answer that has one.
  it.each([
    [403, 'InvalidAccessKeyId'],
    [400, 'InvalidToken'],
    [403, 'InvalidSecurity'],
  ])('status %i with %s is a region that is not enabled', async (status, code) => {
    s3.on(HeadBucketCommand).rejects(sdkError('Unknown', status));
    s3.on(GetBucketTaggingCommand).rejects(sdkError(code, status));
    const error = await bucket.presence().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RegionNotEnabled' });
    expect((error as Error).message).toContain('aws account enable-region --region-name us-east-2');
  });

  it('status 400 that S3 explains otherwise is thrown as it is', async () => {
    s3.on(HeadBucketCommand).rejects(sdkError('Unknown', 400));
    s3.on(GetBucketTaggingCommand).rejects(sdkError('ExpiredToken', 400));
    await expect(bucket.presence()).rejects.toMatchObject({ name: 'Unknown' });
  });

  it('an answer is ours, as S3 checks the owner', async () => {
    await expect(bucket.presence()).resolves.toBe('ours');
    expect(sent()).toEqual([['HeadBucketCommand', OWNED]]);
  });

  it.each([400, 500, 503])('status %i is thrown', async (status) => {
    s3.on(HeadBucketCommand).rejects(sdkError('Unknown', status));
    await expect(bucket.presence()).rejects.toThrow();
  });
});

describe('what is read of the bucket', () => {
  it('tags', async () => {
    s3.on(GetBucketTaggingCommand, OWNED).resolves({ TagSet: [{ Key: 'a', Value: 'b' }] });
    await expect(bucket.tags()).resolves.toEqual({ a: 'b' });
  });

  it('the public access block, with switches that are not set counted as off', async () => {
    s3.on(GetPublicAccessBlockCommand, OWNED).resolves({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
    });
    await expect(bucket.publicAccessBlock()).resolves.toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
  });

  it('the policy', async () => {
    s3.on(GetBucketPolicyCommand, OWNED).resolves({ Policy: '{"Version":"v","Statement":[]}' });
    await expect(bucket.policy()).resolves.toEqual({ Version: 'v', Statement: [] });
  });

  it('a document, with its tags', async () => {
    const object = { ...OWNED, Key: 'keys.json' };
    s3.on(GetObjectCommand, object).resolves({
      Body: { transformToString: async () => '{}' } as never,
      ETag: '"e"',
      ContentType: 'application/json',
      Metadata: { run: 'r' },
    });
    s3.on(GetObjectTaggingCommand, object).resolves({ TagSet: [{ Key: 'a', Value: 'b' }] });
    await expect(bucket.document('keys.json')).resolves.toEqual({
      body: '{}',
      etag: '"e"',
      contentType: 'application/json',
      metadata: { run: 'r' },
      tags: { a: 'b' },
    });
  });

  it.each([
    ['aws:kms', { encryption: 'aws:kms' }],
    ['aws:kms:dsse', { encryption: 'aws:kms:dsse' }],
    ['AES256', {}],
  ] as const)(
    'that KMS encrypts a document, and nothing of what everybody can read: %s',
    async (encryption, told) => {
      s3.on(GetObjectCommand).resolves({
        Body: { transformToString: async () => '{}' } as never,
        ETag: '"1"',
        ServerSideEncryption: encryption,
      });
      s3.on(GetObjectTaggingCommand).resolves({ TagSet: [] });
      s3.on(GetObjectAclCommand).resolves({});
      await expect(bucket.document('keys.json')).resolves.toEqual({
        body: '{}',
        etag: '"1"',
        metadata: {},
        tags: {},
        ...told,
      });
    },
  );

  it.each<[string | undefined, Uint8Array, Record<string, string>]>([
    ['gzip', gzipSync('{"keys":[]}'), { body: '{"keys":[]}', encoding: 'gzip' }],
    ['aws-chunked, gzip', gzipSync('{"keys":[]}'), { body: '{"keys":[]}', encoding: 'gzip' }],
    ['gzip', gzipSync(' '.repeat(2 * 1024 * 1024)), { encoding: 'gzip' }],
    ['br', Buffer.from('x'), { body: 'x', encoding: 'br' }],
    ['aws-chunked', Buffer.from('x'), { body: 'x' }],
    [undefined, Buffer.from('x'), { body: 'x' }],
  ])('a document that is encoded as %s, as it was before', async (ContentEncoding, bytes, told) => {
    s3.on(GetObjectCommand).resolves({
      Body: {
        transformToString: async () => Buffer.from(bytes).toString('utf8'),
        transformToByteArray: async () => bytes,
      } as never,
      ...(ContentEncoding === undefined ? {} : { ContentEncoding }),
    });
    s3.on(GetObjectTaggingCommand).resolves({ TagSet: [] });
    s3.on(GetObjectAclCommand).resolves({});
    const {
      etag: _,
      metadata: __,
      tags: ___,
      ...found
    } = (await bucket.document('keys.json')) as DocumentState;
    expect(found).toEqual({ body: expect.any(String), ...told });
    expect(found.body.length).toBeLessThan(1024 * 1024);
  });

  it('what others than its owner may do with a document, by its ACL', async () => {
    const object = { ...OWNED, Key: 'keys.json' };
    s3.on(GetObjectCommand, object).resolves({ Body: { transformToString: async () => '{}' } as never });
    s3.on(GetObjectTaggingCommand, object).resolves({ TagSet: [] });
    s3.on(GetObjectAclCommand, object).resolves({
      Owner: { ID: 'owner' },
      Grants: [
        { Grantee: { Type: 'CanonicalUser', ID: 'owner' }, Permission: 'FULL_CONTROL' },
        { Grantee: { Type: 'Group', URI: ALL_USERS }, Permission: 'READ' },
        { Grantee: { Type: 'CanonicalUser', ID: 'other' }, Permission: 'READ_ACP' },
      ],
    });
    await expect(bucket.document('keys.json')).resolves.toMatchObject({
      acl: [
        { grantee: ALL_USERS, permission: 'READ' },
        { grantee: 'other', permission: 'READ_ACP' },
      ],
    });
  });

  it('versions and markers of one key, though others begin like it', async () => {
    s3.on(ListObjectVersionsCommand, { ...OWNED, Prefix: 'keys.json' }).resolves({
      Versions: [
        { Key: 'keys.json', VersionId: 'v1' },
        { Key: 'keys.json.bak', VersionId: 'v2' },
      ],
      DeleteMarkers: [{ Key: 'keys.json', VersionId: 'm1' }],
    });
    await expect(bucket.versions('keys.json')).resolves.toEqual([
      { key: 'keys.json', versionId: 'v1', isMarker: false },
      { key: 'keys.json', versionId: 'm1', isMarker: true },
    ]);
  });

  it('the metadata of a version, if it is there', async () => {
    s3.on(HeadObjectCommand, { ...OWNED, Key: 'keys.json', VersionId: 'v1' }).resolves({
      Metadata: { a: 'b' },
    });
    await expect(bucket.versionMetadata('keys.json', 'v1')).resolves.toEqual({ a: 'b' });
    s3.on(HeadObjectCommand).rejects(sdkError('NotFound', 404));
    await expect(bucket.versionMetadata('keys.json', 'v2')).resolves.toBeUndefined();
  });

  it('a few keys', async () => {
    s3.on(ListObjectsV2Command, { ...OWNED, MaxKeys: 10 }).resolves({ Contents: [{ Key: 'a' }, {}] });
    await expect(bucket.someKeys()).resolves.toEqual(['a']);
  });

  it.each([
    ['tags', GetBucketTaggingCommand, 'NoSuchTagSet', () => bucket.tags(), {}],
    [
      'public access block',
      GetPublicAccessBlockCommand,
      'NoSuchPublicAccessBlockConfiguration',
      () => bucket.publicAccessBlock(),
      undefined,
    ],
    ['policy', GetBucketPolicyCommand, 'NoSuchBucketPolicy', () => bucket.policy(), undefined],
    ['document', GetObjectCommand, 'NoSuchKey', () => bucket.document('keys.json'), undefined],
  ])('nothing, when there is no %s', async (_, command, name, read, nothing) => {
    s3.on(command as typeof GetObjectCommand).rejects(sdkError(name, 404));
    await expect(read()).resolves.toEqual(nothing);
    s3.on(command as typeof GetObjectCommand).rejects(sdkError('AccessDenied', 403));
    await expect(read()).rejects.toThrow('AccessDenied');
  });
});
