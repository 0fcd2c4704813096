import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
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
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { s3IssuerBucket } from '../../../core/aws/issuer-buckets.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const s3 = mockClient(S3Client);
// Files share a process, and others ask a server.
afterAll(() => s3.restore());
const bucketIn = (region: string) =>
  s3IssuerBucket(s3 as unknown as S3Client, 'demo-oidc', region, '123456789012');
const bucket = bucketIn('us-east-2');
const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const OWNED = { Bucket: 'demo-oidc', ExpectedBucketOwner: '123456789012' };

/** Names and parameters of every call, in order. */
const sent = () => s3.calls().map(({ args }) => [args[0].constructor.name, args[0].input]);

beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().resolves({});
});

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

describe('creating the bucket', () => {
  it.each([
    ['us-east-1', undefined],
    ['us-east-2', 'us-east-2'],
    ['cn-north-1', 'cn-north-1'],
  ])('in %s sends the location constraint %s, and tags with the same call', async (region, constraint) => {
    await bucketIn(region).create({ Name: 'demo', a: 'b' });
    expect(sent()).toEqual([
      [
        'CreateBucketCommand',
        {
          Bucket: 'demo-oidc',
          CreateBucketConfiguration: {
            ...(constraint === undefined ? {} : { LocationConstraint: constraint }),
            Tags: [
              { Key: 'Name', Value: 'demo' },
              { Key: 'a', Value: 'b' },
            ],
          },
        },
      ],
    ]);
  });

  it('throws what S3 says of a name that is taken', async () => {
    s3.on(CreateBucketCommand).rejects(sdkError('BucketAlreadyExists', 409));
    await expect(bucket.create({})).rejects.toThrow('BucketAlreadyExists');
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

describe('what is written to the bucket', () => {
  const block = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  };
  const policy = { Version: '2012-10-17', Statement: [] };
  it.each([
    [
      'tags',
      () => bucket.putTags({ a: 'b' }),
      PutBucketTaggingCommand,
      { Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } },
    ],
    ['no tags', () => bucket.putTags({}), DeleteBucketTaggingCommand, {}],
    [
      'a public access block',
      () => bucket.putPublicAccessBlock(block),
      PutPublicAccessBlockCommand,
      { PublicAccessBlockConfiguration: block },
    ],
    [
      'no public access block',
      () => bucket.putPublicAccessBlock(undefined),
      DeletePublicAccessBlockCommand,
      {},
    ],
    [
      'a policy',
      () => bucket.putPolicy(policy),
      PutBucketPolicyCommand,
      { Policy: '{"Version":"2012-10-17","Statement":[]}' },
    ],
    ['no policy', () => bucket.putPolicy(undefined), DeleteBucketPolicyCommand, {}],
    [
      'a version less',
      () => bucket.deleteVersion('keys.json', 'v1'),
      DeleteObjectCommand,
      { Key: 'keys.json', VersionId: 'v1' },
    ],
    ['no bucket', () => bucket.delete(), DeleteBucketCommand, {}],
  ])('%s', async (_, write, command, input) => {
    await write();
    expect(sent()).toEqual([[command.name, { ...OWNED, ...input }]]);
  });

  it.each([
    ['where none is', 'absent' as const, { IfNoneMatch: '*' }],
    ['over one version', { etag: '"e"' }, { IfMatch: '"e"' }],
  ])('a document %s, encrypted so that anybody can read it', async (_, onlyIf, condition) => {
    const written = await bucket.putDocument('keys.json', {
      body: '{}',
      contentType: 'application/json',
      metadata: { run: 'r' },
      tags: { 'openshift.io/cloud-credential-operator/demo': 'owned', Name: 'a b' },
      onlyIf,
    });
    expect(written).toBe(true);
    expect(sent()).toEqual([
      [
        'PutObjectCommand',
        {
          ...OWNED,
          Key: 'keys.json',
          Body: '{}',
          ContentType: 'application/json',
          Metadata: { run: 'r' },
          Tagging: 'openshift.io%2Fcloud-credential-operator%2Fdemo=owned&Name=a+b',
          ServerSideEncryption: 'AES256',
          ...condition,
        },
      ],
    ]);
  });

  it.each([
    ['PreconditionFailed', 412],
    ['NoSuchKey', 404],
  ])('no document when its condition fails with %s', async (name, status) => {
    s3.on(PutObjectCommand).rejects(sdkError(name, status));
    const nothing = { body: '', contentType: '', metadata: {}, tags: {}, onlyIf: 'absent' as const };
    await expect(bucket.putDocument('keys.json', nothing)).resolves.toBe(false);
  });

  it('an ACL, in which the owner keeps full control: S3 replaces all of it', async () => {
    s3.on(GetObjectAclCommand).resolves({ Owner: { ID: 'owner' }, Grants: [] });
    await bucket.putAcl('keys.json', [
      { grantee: ALL_USERS, permission: 'READ' },
      { grantee: 'other', permission: 'READ_ACP' },
    ]);
    expect(sent().at(-1)).toEqual([
      'PutObjectAclCommand',
      {
        ...OWNED,
        Key: 'keys.json',
        AccessControlPolicy: {
          Owner: { ID: 'owner' },
          Grants: [
            { Grantee: { Type: 'CanonicalUser', ID: 'owner' }, Permission: 'FULL_CONTROL' },
            { Grantee: { Type: 'Group', URI: ALL_USERS }, Permission: 'READ' },
            { Grantee: { Type: 'CanonicalUser', ID: 'other' }, Permission: 'READ_ACP' },
          ],
        },
      },
    ]);
  });

  it('deleting what is gone is done', async () => {
    s3.on(DeleteBucketCommand).rejects(sdkError('NoSuchBucket', 404));
    s3.on(DeleteObjectCommand).rejects(sdkError('NoSuchVersion', 404));
    await expect(bucket.delete()).resolves.toBeUndefined();
    await expect(bucket.deleteVersion('keys.json', 'v1')).resolves.toBeUndefined();
  });

  it('deleting a bucket that holds something is refused', async () => {
    s3.on(DeleteBucketCommand).rejects(sdkError('BucketNotEmpty', 409));
    await expect(bucket.delete()).rejects.toThrow('BucketNotEmpty');
  });
});

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
