import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetObjectAclCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { ALL_USERS, bucket, bucketIn, OWNED, s3, sent } from '../../../support/issuer-buckets.ts';

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
