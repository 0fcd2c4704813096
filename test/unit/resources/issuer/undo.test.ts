import { describe, expect, it } from 'vitest';
import { NotYetConsistent } from '../../../../core/domain/errors.ts';
import type { TrustingProvider } from '../../../../core/resources/issuer/trusted.ts';
import { failing } from '../../../support/fakes/faults.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { fakeBucket } from '../../../support/fakes/issuer-bucket.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { bucketContent, ISSUER, jwksText, NO_PROVIDER, OTHER_JWK, ours, planned } from './issuer.ts';
import { applied, contentOf, outcomes, undo } from './undone.ts';

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
