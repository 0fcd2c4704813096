import { describe, expect, it } from 'vitest';
import type { IssuerBucket } from '../../../../core/aws/issuer-buckets.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import { CLOSED } from '../../../support/closed-bucket.ts';
import { failing } from '../../../support/fakes/faults.ts';
import { type BucketContent, fakeBucket, PUBLIC_READ } from '../../../support/fakes/issuer-bucket.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import {
  bucketContent,
  DISCOVERY,
  ISSUER,
  jwksText,
  OTHER_JWK,
  OUR_JWK,
  ours,
  planned,
  SPEC,
  TAGS,
  TLS_ONLY,
} from './issuer.ts';
import { applied, contentOf, outcomes, undo } from './undone.ts';

describe('undoing the changes of an issuer that is public by its ACLs', () => {
  const OLD = {
    block: undefined,
    policy: undefined,
    documents: {
      '.well-known/openid-configuration': ours(DISCOVERY, { acl: [PUBLIC_READ] }),
      'keys.json': ours(jwksText(OTHER_JWK), { acl: [PUBLIC_READ] }),
    },
  };

  it('brings the ACLs back, and everybody can read at every moment', async () => {
    const { bucket, plan } = await applied(OLD);
    bucket.readable.length = 0;
    expect(new Set(await outcomes(plan, bucket))).toEqual(new Set(['undone']));
    expect(bucket.content).toEqual(bucketContent(OLD));
    expect(bucket.readable).not.toContain(false);
    expect(bucket.writes).toEqual([
      'putPublicAccessBlock',
      'putDocument keys.json',
      'putAcl keys.json',
      'putPolicy',
    ]);
  });

  it('gives a document its ACL that an earlier try came to write, but no further', async () => {
    const { bucket, plan } = await applied(OLD);
    await undo(plan, failing(bucket, 'putAcl', sdkError('SlowDown', 503)));
    expect(new Set(await outcomes(plan, bucket))).toEqual(new Set(['undone', 'untouched']));
    expect(bucket.content).toEqual(bucketContent(OLD));
  });

  it.each<[string, keyof IssuerBucket, string]>([
    ['an ACL', 'putAcl', 'AccessControlListNotSupported'],
    ['the block', 'putPublicAccessBlock', 'AccessDenied'],
  ])(
    'keeps the policy when it cannot bring back %s: without it nobody could read',
    async (_, method, error) => {
      const { bucket, plan } = await applied(OLD);
      bucket.readable.length = 0;
      const found = await undo(plan, failing(bucket, method, sdkError(error, 400)));
      expect(found).toContainEqual(
        expect.objectContaining({ resource: 'issuer bucket demo-oidc: policy', outcome: 'left' }),
      );
      expect(contentOf(bucket).policy).toEqual(ISSUER.policy);
      expect(bucket.readable).not.toContain(false);
    },
  );
});

describe('undoing the changes of an issuer', () => {
  const withDocuments = (documents: BucketContent['documents']) => ({ documents });
  it.each<[string, Partial<BucketContent>]>([
    ['tags', { tags: { other: 'x', ...TAGS, team: 'y' } }],
    ['a bucket without tags', { tags: {} }],
    ["a policy with somebody else's statement", { policy: { ...ISSUER.policy, Statement: [TLS_ONLY] } }],
    [
      'public access block',
      {
        block: {
          BlockPublicAcls: true,
          IgnorePublicAcls: false,
          BlockPublicPolicy: false,
          RestrictPublicBuckets: false,
        },
      },
    ],
    ['a closed bucket that nothing was put into yet', { block: CLOSED, policy: undefined, documents: {} }],
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

  it('leaves the tags that others gave the bucket since, and puts back those that the run set', async () => {
    const { bucket, plan } = await applied({ tags: { other: 'x', ...TAGS, team: 'y' } });
    contentOf(bucket).tags = { ...contentOf(bucket).tags, backup: 'daily' };
    expect(await outcomes(plan, bucket)).toEqual(['undone']);
    expect(contentOf(bucket).tags).toEqual({ other: 'x', backup: 'daily', ...TAGS, team: 'y' });
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
    expect(await undo(plan, bucket)).toContainEqual(
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
