import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { bucket, resources, synthesise } from './synthesise.ts';

const template = synthesise();
const buckets = resources(template, 'AWS::S3::Bucket');

describe.each(buckets)('%s', (id, { Properties }) => {
  test('is closed to the public', () => {
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  });

  test('has no access control lists', () => {
    expect(Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  });

  test('refuses requests without TLS', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: id },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  test('is encrypted, and clears uploads that were never completed', () => {
    expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration).toHaveLength(1);
    expect(JSON.stringify(Properties.LifecycleConfiguration)).toContain('AbortIncompleteMultipartUpload');
  });
});

describe.each(['intake', 'output'] as const)('the %s bucket', (purpose) => {
  const { Properties } = bucket(template, purpose);

  test('keeps versions', () => {
    expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  });

  test("is encrypted with the stack's key, each object by itself", () => {
    expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration[0]).toEqual({
      // With bucket keys KMS would be told the bucket instead of the object, and nobody could be kept from one object.
      BucketKeyEnabled: false,
      ServerSideEncryptionByDefault: {
        SSEAlgorithm: 'aws:kms',
        KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringContaining('DataKey'), 'Arn'] },
      },
    });
  });

  test('logs who reads and writes', () => {
    expect(Properties.LoggingConfiguration.LogFilePrefix).toBe(`${purpose}/`);
  });

  test('is named after account and region', () => {
    expect(JSON.stringify(Properties.BucketName)).toContain('AWS::AccountId');
    expect(JSON.stringify(Properties.BucketName)).toContain('AWS::Region');
  });
});

test('uploads go to EventBridge without a custom resource', () => {
  expect(bucket(template, 'intake').Properties.NotificationConfiguration).toEqual({
    EventBridgeConfiguration: { EventBridgeEnabled: true },
  });
  expect(Object.keys(template.findResources('Custom::S3BucketNotifications'))).toEqual([]);
});

describe('bundles, which may hold pull secrets,', () => {
  const { Rules } = bucket(template, 'intake').Properties.LifecycleConfiguration;
  const expiring = Rules.filter((rule: { ExpirationInDays?: number }) => rule.ExpirationInDays !== undefined);
  const general = Rules.filter((rule: { Prefix?: string }) => rule.Prefix === undefined);

  test.each(['prepare', 'upgrade', 'prune', 'plan', 'rotate-key', 'delete'])(
    'are gone after a month below %s/',
    (operation) => {
      expect(expiring).toContainEqual({
        Prefix: `${operation}/`,
        ExpirationInDays: 30,
        Status: 'Enabled',
      });
    },
  );

  test.each(['releases/4.21.0.tgz', 'audit/prod/4.21.0.tgz'])('stay as %s, for every audit', (key) => {
    for (const { Prefix } of expiring) {
      expect(Prefix).toMatch(/./);
      expect(key.startsWith(Prefix)).toBe(false);
    }
  });

  test('that were replaced are gone after two weeks, wherever they are', () => {
    expect(general).toMatchObject([
      { NoncurrentVersionExpiration: { NoncurrentDays: 14 }, ExpiredObjectDeleteMarker: true },
    ]);
  });
});

test('results stay, and what they replaced stays for a year', () => {
  const [rule] = bucket(template, 'output').Properties.LifecycleConfiguration.Rules;
  expect(rule).toMatchObject({ NoncurrentVersionExpiration: { NoncurrentDays: 365 } });
  expect(rule.ExpirationInDays).toBeUndefined();
});

test('records of audits stay for 400 days, tokens of runs that wait for 7, and nothing else of the results goes', () => {
  const [, ...rules] = bucket(template, 'output').Properties.LifecycleConfiguration.Rules;
  expect(rules).toEqual([
    { Prefix: 'audits/runs/', ExpirationInDays: 400, Status: 'Enabled' },
    {
      Prefix: 'approvals/',
      ExpirationInDays: 7,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      Status: 'Enabled',
    },
  ]);
});

test.each(['x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id'])(
  'no upload to the output bucket chooses its own %s',
  (header) => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:PutObject',
            Condition: {
              Null: { [`s3:${header}`]: 'false' },
              StringNotEquals: { [`s3:${header}`]: Match.anyValue() },
            },
          }),
        ]),
      },
    });
  },
);

test('the key is renewed every year', () => {
  template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
});

test('the key serves no service but alarms, for the one topic they publish to', () => {
  const [[, key] = []] = resources(template, 'AWS::KMS::Key');
  const services = key?.Properties.KeyPolicy.Statement.filter(
    ({ Principal }: { Principal: { Service?: string } }) => Principal.Service !== undefined,
  );
  expect(services).toMatchObject([
    {
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': expect.anything() } },
    },
  ]);
});

test('data outlives the stack, but not a first deployment that failed', () => {
  const kept = ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'].flatMap((type) =>
    resources(template, type),
  );
  for (const [, { DeletionPolicy }] of kept) expect(DeletionPolicy).toBe('RetainExceptOnCreate');
});

test('data goes with the stack when asked to', () => {
  const passing = resources(synthesise({ retainData: 'false' }), 'AWS::S3::Bucket');
  for (const [, { DeletionPolicy }] of passing) expect(DeletionPolicy).toBe('Delete');
});
