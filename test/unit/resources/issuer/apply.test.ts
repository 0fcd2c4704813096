import { describe, expect, it } from 'vitest';
import type { IssuerBucket } from '../../../../core/aws/issuer-buckets.ts';
import { ChangedSincePlan, ResourceConflict } from '../../../../core/domain/errors.ts';
import type { IssuerState } from '../../../../core/domain/observed.ts';
import { parseJwks } from '../../../../core/domain/oidc.ts';
import { applyIssuer } from '../../../../core/resources/issuer/apply.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import { CLOSED } from '../../../support/closed-bucket.ts';
import { RUN } from '../../../support/fakes/demo-cluster.ts';
import { losingAnswerOf } from '../../../support/fakes/faults.ts';
import {
  type BucketContent,
  type FakeBucket,
  fakeBucket,
  PUBLIC_READ,
} from '../../../support/fakes/issuer-bucket.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import {
  bucketContent,
  DISCOVERY,
  ISSUER,
  jwksText,
  KEY,
  OTHER_JWK,
  OUR_JWK,
  ours,
  planned,
  RUN_TAGS,
  SPEC,
  TAGS,
  TLS_ONLY,
} from './issuer.ts';

const observe = (bucket: IssuerBucket) => observeIssuer(SPEC, { issuerBucket: bucket });
const apply = (before: IssuerState | undefined, issuerBucket: IssuerBucket) =>
  applyIssuer(planned(before), { issuerBucket, publicKey: KEY });
const keys = (bucket: FakeBucket) =>
  parseJwks(bucket.content?.documents['keys.json']?.body ?? '')?.keys.map(({ kid }) => kid);

describe('creating an issuer', () => {
  const made = bucketContent({
    tags: RUN_TAGS,
    documents: {
      '.well-known/openid-configuration': ours(DISCOVERY, { metadata: { 'sts-prep-run': RUN } }),
      'keys.json': ours(jwksText(OUR_JWK), { metadata: { 'sts-prep-run': RUN } }),
    },
  });

  it('makes bucket, documents and policy, tagged with the run', async () => {
    const bucket = fakeBucket();
    await apply(undefined, bucket);
    expect(bucket.content).toEqual(made);
  });

  it('opens the bucket to a public policy before it sets one, which S3 refuses else', async () => {
    const bucket = fakeBucket();
    await apply(undefined, bucket);
    const order = bucket.writes.filter((write) => !write.startsWith('putDocument'));
    expect(order).toEqual(['create', 'putPublicAccessBlock', 'putPolicy']);
  });

  // S3 evaluates a bucket policy against the public access block, which it reads late: "it can take some time for
  // changes to propagate" (S3 User Guide, access-control-block-public-access.html).
  it('tries again where S3 still goes by the public access block that was opened a moment ago', async () => {
    const bucket = fakeBucket();
    bucket.putPolicy = () => Promise.reject(sdkError('AccessDenied', 403, 'public policies are blocked'));
    await expect(apply(undefined, bucket)).rejects.toMatchObject({
      name: 'NotYetConsistent',
      message: expect.stringContaining('aws s3control get-public-access-block'),
    });
  });

  it('says so where it may not set a policy on a bucket that was open before', async () => {
    const bucket = fakeBucket(bucketContent({ policy: { Version: '2012-10-17', Statement: [TLS_ONLY] } }));
    const before = await observe(bucket);
    bucket.putPolicy = () => Promise.reject(sdkError('AccessDenied', 403, 'not authorized'));
    await expect(apply(before, bucket)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each(['create', 'putDocument', 'putPublicAccessBlock', 'putPolicy'] as const)(
    'goes on after the answer of %s was lost, and twice is once',
    async (method) => {
      const bucket = fakeBucket();
      const unreliable = losingAnswerOf(bucket, method);
      await expect(apply(undefined, unreliable)).rejects.toThrow();
      await apply(undefined, unreliable);
      await apply(undefined, unreliable);
      expect(bucket.content).toEqual(made);
    },
  );

  it('leaves alone a bucket of another account', async () => {
    const bucket = fakeBucket();
    bucket.taken = 'foreign';
    await expect(apply(undefined, bucket)).rejects.toThrow(ResourceConflict);
    expect(bucket.writes).toEqual(['create']);
  });

  it("leaves alone a bucket that appeared meanwhile, though it is this cluster's", async () => {
    const bucket = fakeBucket(bucketContent());
    await expect(apply(undefined, bucket)).rejects.toThrow(ResourceConflict);
    expect(bucket.content).toEqual(bucketContent());
  });
});

describe('an issuer that is read', () => {
  const byAcl = (documents: BucketContent['documents']) => ({
    block: undefined,
    policy: undefined,
    documents,
  });
  const OLD = byAcl({
    '.well-known/openid-configuration': ours(DISCOVERY, { acl: [PUBLIC_READ] }),
    'keys.json': ours(jwksText(OTHER_JWK), { acl: [PUBLIC_READ] }),
  });

  it.each<[string, Partial<BucketContent>, string[]]>([
    ['public by its ACLs', OLD, ['putPolicy', 'putDocument keys.json', 'putPublicAccessBlock']],
    [
      'public by policy, without a block',
      { block: undefined, documents: OLD.documents },
      ['putDocument keys.json', 'putPublicAccessBlock'],
    ],
    [
      'public by its ACLs, with a policy of others',
      { ...OLD, policy: { ...ISSUER.policy, Statement: [TLS_ONLY] } },
      ['putPolicy', 'putDocument keys.json', 'putPublicAccessBlock'],
    ],
  ])('is readable at every moment: %s', async (_, content, writes) => {
    const bucket = fakeBucket(structuredClone(bucketContent(content)));
    await apply(await observe(bucket), bucket);
    expect(bucket.writes).toEqual(writes);
    expect(bucket.readable).not.toContain(false);
    expect(planned(await observe(bucket)).changes).toEqual([]);
  });

  it('keeps the statements of others, before ours', async () => {
    const bucket = fakeBucket(bucketContent({ policy: { Version: '2008-10-17', Statement: [TLS_ONLY] } }));
    await apply(await observe(bucket), bucket);
    expect(bucket.content?.policy).toEqual({
      Version: '2008-10-17',
      Statement: [TLS_ONLY, ...ISSUER.policy.Statement],
    });
  });

  it.each<[string, Partial<BucketContent>, Partial<BucketContent>]>([
    ['policy', { policy: undefined }, { policy: { Version: '2012-10-17', Statement: [TLS_ONLY] } }],
    ['public access block', { block: undefined }, { block: CLOSED }],
  ])('keeps its %s when somebody else set it since the plan', async (_, content, since) => {
    const bucket = fakeBucket(bucketContent(content));
    const before = await observe(bucket);
    Object.assign(bucket.content ?? {}, since);
    await expect(apply(before, bucket)).rejects.toThrow(ChangedSincePlan);
    expect(bucket.content).toMatchObject(since);
  });

  it('is opened before the policy, where S3 closed the bucket when it was made', async () => {
    const bucket = fakeBucket(bucketContent({ block: CLOSED, policy: undefined, documents: {} }));
    await apply(await observe(bucket), bucket);
    expect(bucket.writes.slice(0, 2)).toEqual(['putPublicAccessBlock', 'putPolicy']);
  });
});

describe('changing an issuer', () => {
  it.each<[string, Partial<BucketContent>, string[]]>([
    ['nothing', {}, []],
    ['tags', { tags: { other: 'x', ...TAGS, team: 'y' } }, ['putTags']],
    ['public access block', { block: undefined }, ['putPublicAccessBlock']],
    ['policy', { policy: undefined }, ['putPolicy']],
    [
      'discovery document',
      { documents: { 'keys.json': ours(jwksText(OUR_JWK)) } },
      ['putDocument .well-known/openid-configuration'],
    ],
    [
      'JWKS',
      {
        documents: {
          '.well-known/openid-configuration': ours(DISCOVERY),
          'keys.json': ours(jwksText(OTHER_JWK)),
        },
      },
      ['putDocument keys.json'],
    ],
  ])('makes exactly the planned writes: %s', async (_, parts, writes) => {
    const bucket = fakeBucket(bucketContent(parts));
    await apply(await observe(bucket), bucket);
    expect(bucket.writes).toEqual(writes);
    expect(planned(await observe(bucket)).changes).toEqual([]);
  });

  it('keeps tags of others, and does not tag the bucket with the run, which did not make it', async () => {
    const bucket = fakeBucket(bucketContent({ tags: { other: 'x', ...TAGS, team: 'y' } }));
    await apply(await observe(bucket), bucket);
    expect(bucket.content?.tags).toEqual({ other: 'x', ...TAGS });
  });

  it('keeps tags that others gave the bucket since the plan', async () => {
    const bucket = fakeBucket(bucketContent({ tags: { other: 'x', ...TAGS, team: 'y' } }));
    const before = await observe(bucket);
    if (bucket.content !== undefined) bucket.content.tags = { ...bucket.content.tags, backup: 'daily' };
    await apply(before, bucket);
    expect(bucket.content?.tags).toEqual({ other: 'x', backup: 'daily', ...TAGS });
  });

  it('keeps the keys that are there, byte for byte, and their order', async () => {
    const there = { ...OTHER_JWK, x5c: ['certificate'] };
    const bucket = fakeBucket(
      bucketContent({ documents: { 'keys.json': ours(jwksText(there, { ...OTHER_JWK, kid: 'third' })) } }),
    );
    await apply(await observe(bucket), bucket);
    expect(keys(bucket)).toEqual(['other', 'third', OUR_JWK.kid]);
    expect(parseJwks(bucket.content?.documents['keys.json']?.body ?? '')?.keys[0]).toEqual(there);
  });

  it('writes a document anew that somebody had KMS encrypt, so that STS can read it', async () => {
    const encrypted = { encryption: 'aws:kms' };
    const bucket = fakeBucket(
      bucketContent({
        documents: {
          '.well-known/openid-configuration': ours(DISCOVERY, encrypted),
          'keys.json': ours(jwksText(OTHER_JWK, OUR_JWK), encrypted),
        },
      }),
    );
    await apply(await observe(bucket), bucket);
    expect(Object.values(bucket.content?.documents ?? {}).map((each) => 'encryption' in each)).toEqual([
      false,
      false,
    ]);
    expect(keys(bucket)).toEqual(['other', OUR_JWK.kid]);
  });

  it('keeps tags of others on a document', async () => {
    const bucket = fakeBucket(
      bucketContent({ documents: { 'keys.json': ours(jwksText(OTHER_JWK), { tags: { other: 'x' } }) } }),
    );
    await apply(await observe(bucket), bucket);
    expect(bucket.content?.documents['keys.json']?.tags).toMatchObject({ other: 'x', Name: 'demo' });
  });

  it('goes on after the answer of a document was lost', async () => {
    const bucket = fakeBucket(bucketContent({ documents: { 'keys.json': ours(jwksText(OTHER_JWK)) } }));
    const before = await observe(bucket);
    const unreliable = losingAnswerOf(bucket, 'putDocument');
    await expect(apply(before, unreliable)).rejects.toThrow();
    await apply(before, unreliable);
    expect(keys(bucket)).toEqual(['other', OUR_JWK.kid]);
  });

  it('stops when somebody else wrote a document since the plan, and loses none of their keys', async () => {
    const bucket = fakeBucket(
      bucketContent({
        documents: {
          '.well-known/openid-configuration': ours(DISCOVERY),
          'keys.json': ours(jwksText(OTHER_JWK)),
        },
      }),
    );
    const before = await observe(bucket);
    const theirs = ours(jwksText(OTHER_JWK, { ...OTHER_JWK, kid: 'fresh' }));
    if (bucket.content !== undefined) bucket.content.documents['keys.json'] = theirs;
    await expect(apply(before, bucket)).rejects.toThrow(ChangedSincePlan);
    expect(keys(bucket)).toEqual(['other', 'fresh']);
  });

  it('stops when somebody else made a document since the plan', async () => {
    const bucket = fakeBucket(
      bucketContent({ documents: { '.well-known/openid-configuration': ours(DISCOVERY) } }),
    );
    const before = await observe(bucket);
    if (bucket.content !== undefined) bucket.content.documents['keys.json'] = ours(jwksText(OTHER_JWK));
    await expect(apply(before, bucket)).rejects.toThrow(ChangedSincePlan);
    expect(keys(bucket)).toEqual(['other']);
  });
});
