import { describe, expect, it } from 'vitest';
import type { IssuerBucket } from '../../../../core/aws/issuer-buckets.ts';
import { NotYetConsistent } from '../../../../core/domain/errors.ts';
import { applyIssuer } from '../../../../core/resources/issuer/apply.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import type { TrustingProvider } from '../../../../core/resources/issuer/trusted.ts';
import { undoIssuer } from '../../../../core/resources/issuer/undo.ts';
import { CLOSED } from '../../../support/closed-bucket.ts';
import { failing } from '../../../support/fakes/faults.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
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
  NO_PROVIDER,
  OTHER_JWK,
  OUR_JWK,
  ours,
  planned,
  SPEC,
  TAGS,
  TLS_ONLY,
} from './issuer.ts';

/** A plan made from a bucket, and the bucket after it was applied. */
async function applied(content: Partial<BucketContent> | undefined) {
  const bucket = fakeBucket(content && structuredClone(bucketContent(content)));
  const plan = planned(await observeIssuer(SPEC, { issuerBucket: bucket }));
  await applyIssuer(plan, { issuerBucket: bucket, publicKey: KEY });
  bucket.writes.length = 0;
  return { bucket, plan };
}

const undo = (plan: ReturnType<typeof planned>, issuerBucket: IssuerBucket, provider = NO_PROVIDER) =>
  undoIssuer(plan, { issuerBucket, provider });
const outcomes = async (plan: ReturnType<typeof planned>, bucket: IssuerBucket) =>
  (await undo(plan, bucket)).map(({ outcome }) => outcome);

const ARN = NO_PROVIDER.arn;
const GET_PROVIDER = `aws iam get-open-id-connect-provider --open-id-connect-provider-arn ${ARN}`;
const DELETE_PROVIDER = `aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ${ARN}`;
const PLACE = '--bucket demo-oidc --region us-east-2';
const DELETE_BUCKET = [
  `aws s3api list-object-versions ${PLACE}`,
  expect.stringMatching(
    /^aws s3api list-object-versions .* delete-object .* --version-id "\$version"; done$/,
  ),
  `aws s3api delete-bucket ${PLACE}`,
];

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
    expect(await undo(plan, bucket)).toMatchObject([
      {
        outcome: 'left',
        detail: "it holds what is not this run's: photo.jpg",
        commands: [GET_PROVIDER, ...DELETE_BUCKET],
      },
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

describe('the name of an issuer that was made', () => {
  const trusted = (more: Partial<TrustingProvider> = {}): TrustingProvider => ({
    ...NO_PROVIDER,
    providers: fakeProviders({ [ARN]: { host: ISSUER.host, audiences: [], thumbprints: [], tags: {} } }),
    ...more,
  });

  it.each<[string, TrustingProvider, RegExp]>([
    ['whoever made it', trusted(), /is there and trusts the issuer/],
    [
      'as far as anybody can tell',
      trusted({ providers: failing(fakeProviders(), 'get', sdkError('AccessDenied', 403)) }),
      /AccessDenied.*cannot be told whether identity provider .* is gone/,
    ],
  ])('stays taken while its provider is there, %s', async (_, provider, detail) => {
    const { bucket, plan } = await applied(undefined);
    expect(await undo(plan, bucket, provider)).toEqual([
      {
        resource: 'issuer bucket demo-oidc',
        outcome: 'left',
        detail: expect.stringMatching(detail),
        commands: [DELETE_PROVIDER, GET_PROVIDER, ...DELETE_BUCKET],
      },
    ]);
    expect(contentOf(bucket).documents).toEqual({});
    expect(bucket.writes).not.toContain('delete');
  });

  it('becomes free a while after its provider was deleted, which IAM may show for some seconds', async () => {
    const { bucket, plan } = await applied(undefined);
    const provider = trusted({ isDeleted: true });
    await expect(undo(plan, bucket, provider)).rejects.toThrow(NotYetConsistent);
    await provider.providers.delete(ARN);
    expect(await undo(plan, bucket, provider)).toMatchObject([{ outcome: 'undone', detail: 'deleted' }]);
    expect(bucket.content).toBeUndefined();
  });

  it('is told of with all commands when the bucket cannot be looked at', async () => {
    const { bucket, plan } = await applied(undefined);
    const denied = failing(bucket, 'tags', sdkError('AccessDenied', 403));
    expect(await undo(plan, denied)).toMatchObject([
      { outcome: 'left', commands: [DELETE_PROVIDER, GET_PROVIDER, ...DELETE_BUCKET] },
    ]);
  });
});

describe('undoing an issuer whose bucket has versions', () => {
  it('removes all of them that are of the run, and what hides them', async () => {
    const { bucket, plan } = await applied(undefined);
    contentOf(bucket).versioned = true;
    bucket.hide('keys.json');
    expect(await outcomes(plan, bucket)).toEqual(['undone']);
    expect(bucket.content).toBeUndefined();
  });

  it('goes on where an earlier try was stopped, when nothing but a marker was left', async () => {
    const { bucket, plan } = await applied(undefined);
    contentOf(bucket).versioned = true;
    bucket.hide('keys.json');
    await bucket.deleteVersion('keys.json', 'null');
    expect(await outcomes(plan, bucket)).toEqual(['undone']);
  });

  it.each(['below', 'above'])('leaves a version of somebody else that is %s, and says so', async (where) => {
    const { bucket, plan } = await applied(undefined);
    contentOf(bucket).versioned = true;
    const theirs = ours(jwksText(OTHER_JWK));
    if (where === 'below') contentOf(bucket).older = { 'keys.json': [{ versionId: 'x', document: theirs }] };
    else
      await bucket.putDocument('keys.json', {
        body: theirs.body,
        contentType: 'x',
        metadata: {},
        tags: {},
        onlyIf: { etag: contentOf(bucket).documents['keys.json']?.etag ?? '' },
      });
    expect(await undo(plan, bucket)).toMatchObject([{ outcome: 'left', detail: /keys.json/ }]);
    expect(contentOf(bucket).documents['keys.json']?.body).toBe(theirs.body);
    expect((await bucket.versions()).map(({ key }) => key)).toEqual(['keys.json']);
  });

  it('leaves no marker where there was no document', async () => {
    const { bucket, plan } = await applied({ versioned: true, documents: {} });
    expect(new Set(await outcomes(plan, bucket))).toEqual(new Set(['undone']));
    expect(await bucket.versions()).toEqual([]);
  });
});

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
