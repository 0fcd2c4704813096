import { describe, expect, it } from 'vitest';
import type { IssuerBucket } from '../../../../core/aws/issuer-buckets.ts';
import { applyIssuer } from '../../../../core/resources/issuer/apply.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import { undoIssuer } from '../../../../core/resources/issuer/undo.ts';
import { failing } from '../../../support/fakes/faults.ts';
import { type BucketContent, type FakeBucket, fakeBucket } from '../../../support/fakes/issuer-bucket.ts';
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
  SPEC,
  TAGS,
} from './issuer.ts';

/** A plan made from a bucket, and the bucket after it was applied. */
async function applied(content: Partial<BucketContent> | undefined) {
  const bucket = fakeBucket(content === undefined ? undefined : bucketContent(content));
  const plan = planned(await observeIssuer(SPEC, { issuerBucket: bucket }));
  await applyIssuer(plan, { issuerBucket: bucket, publicKey: KEY });
  bucket.writes.length = 0;
  return { bucket, plan };
}

const outcomes = async (plan: ReturnType<typeof planned>, bucket: IssuerBucket) =>
  (await undoIssuer(plan, { issuerBucket: bucket })).map(({ outcome }) => outcome);

const contentOf = (bucket: FakeBucket): BucketContent => {
  if (bucket.content === undefined) throw new Error('There is no bucket.');
  return bucket.content;
};

describe('undoing an issuer that was made', () => {
  it('deletes documents and bucket; twice is once', async () => {
    const { bucket, plan } = await applied(undefined);
    expect(await outcomes(plan, bucket)).toEqual(['undone']);
    expect(bucket.content).toBeUndefined();
    expect(await outcomes(plan, bucket)).toEqual(['untouched']);
  });

  it("touches nothing of a bucket that is not this run's", async () => {
    const bucket = fakeBucket(bucketContent());
    expect(await outcomes(planned(undefined), bucket)).toEqual(['untouched']);
    expect(bucket.content).toEqual(bucketContent());
    expect(bucket.writes).toEqual([]);
  });

  it('leaves the bucket when somebody else put something into it, and says how to delete it', async () => {
    const { bucket, plan } = await applied(undefined);
    contentOf(bucket).others.push('photo.jpg');
    expect(await undoIssuer(plan, { issuerBucket: bucket })).toMatchObject([
      { outcome: 'left', commands: ['aws s3 rb s3://demo-oidc --force --region us-east-2'] },
    ]);
    expect(contentOf(bucket).others).toEqual(['photo.jpg']);
  });

  it('leaves a document that somebody else wrote since', async () => {
    const { bucket, plan } = await applied(undefined);
    contentOf(bucket).documents['keys.json'] = ours(jwksText(OTHER_JWK));
    expect(await outcomes(plan, bucket)).toEqual(['left']);
    expect(contentOf(bucket).documents['keys.json']).toEqual(ours(jwksText(OTHER_JWK)));
  });
});

describe('undoing the changes of an issuer', () => {
  const withDocuments = (documents: BucketContent['documents']) => ({ documents });
  it.each<[string, Partial<BucketContent>]>([
    ['tags', { tags: { other: 'x', ...TAGS, team: 'y' } }],
    ['a bucket without tags', { tags: {} }],
    [
      'public access block',
      {
        block: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: false,
          RestrictPublicBuckets: true,
        },
      },
    ],
    ['no public access block', { block: undefined }],
    ['policy', { policy: { ...ISSUER.policy, Statement: [] } }],
    ['no policy', { policy: undefined }],
    ['no documents', withDocuments({})],
    [
      'other keys',
      withDocuments({
        '.well-known/openid-configuration': ours('{}', { contentType: 'text/plain', tags: { a: 'b' } }),
        'keys.json': ours(jwksText(OTHER_JWK), { tags: { other: 'x' }, metadata: { a: 'b' } }),
      }),
    ],
  ])('brings back exactly what was there: %s', async (_, parts) => {
    const { bucket, plan } = await applied(parts);
    expect(new Set(await outcomes(plan, bucket))).toEqual(new Set(['undone']));
    expect(bucket.content).toEqual(bucketContent(parts));
    expect(new Set(await outcomes(plan, bucket))).toEqual(new Set(['untouched']));
  });

  it('has nothing to say when nothing was planned', async () => {
    const { bucket, plan } = await applied({});
    expect(await outcomes(plan, bucket)).toEqual([]);
  });

  it('touches nothing when nothing was changed yet', async () => {
    const content = bucketContent({ tags: {}, block: undefined, policy: undefined, documents: {} });
    const bucket = fakeBucket(structuredClone(content));
    const plan = planned(await observeIssuer(SPEC, { issuerBucket: bucket }));
    expect(new Set(await outcomes(plan, bucket))).toEqual(new Set(['untouched']));
    expect(bucket.writes).toEqual([]);
  });

  it('leaves alone, part by part, what somebody else changed since', async () => {
    const { bucket, plan } = await applied({
      tags: { ...TAGS, team: 'y' },
      block: undefined,
      policy: undefined,
      documents: {},
    });
    const theirs = {
      tags: { ...TAGS, team: 'theirs' },
      block: {
        BlockPublicAcls: false,
        IgnorePublicAcls: false,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: false,
      },
      policy: { ...ISSUER.policy, Statement: [] },
      documents: {
        '.well-known/openid-configuration': ours(`${DISCOVERY} `),
        'keys.json': ours(jwksText(OUR_JWK, OTHER_JWK)),
      },
      others: [],
    };
    bucket.content = structuredClone(theirs);
    expect(new Set(await outcomes(plan, bucket))).toEqual(new Set(['left']));
    expect(bucket.content).toEqual(theirs);
    expect(bucket.writes).toEqual([]);
  });

  it('never takes away keys that somebody else added to the JWKS since', async () => {
    const { bucket, plan } = await applied(withDocuments({ 'keys.json': ours(jwksText(OTHER_JWK)) }));
    const added = ours(jwksText(OTHER_JWK, OUR_JWK, { ...OTHER_JWK, kid: 'fresh' }));
    contentOf(bucket).documents['keys.json'] = added;
    expect(await undoIssuer(plan, { issuerBucket: bucket })).toContainEqual(
      expect.objectContaining({ resource: 'issuer bucket demo-oidc: keys.json', outcome: 'left' }),
    );
    expect(contentOf(bucket).documents['keys.json']).toEqual(added);
  });

  it('goes on with the other parts when one cannot be restored', async () => {
    const { bucket, plan } = await applied({ policy: undefined, tags: {} });
    const denied = failing(bucket, 'putPolicy', sdkError('AccessDenied', 403));
    expect(await outcomes(plan, denied)).toEqual(['left', 'undone']);
    expect(bucket.content?.tags).toEqual({});
  });
});
