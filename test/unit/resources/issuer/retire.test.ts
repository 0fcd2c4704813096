import { describe, expect, it } from 'vitest';
import { DISCOVERY_KEY, JWKS_KEY, RETIRED_TAG } from '../../../../core/domain/names.ts';
import { observeRetirement, retireIssuer } from '../../../../core/resources/issuer/retire.ts';
import { failing } from '../../../support/fakes/faults.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { type BucketContent, fakeBucket } from '../../../support/fakes/issuer-bucket.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { bucketContent, ISSUER, NO_PROVIDER, TAGS } from './issuer.ts';

const AT = '2026-03-02T09:00:00.000Z';
const place = { bucket: ISSUER.bucket, region: ISSUER.region, cluster: 'demo', at: AT };
const KEEP = { ...place, releaseName: false };
const FREE = { ...place, releaseName: true };
const PROVIDER = { host: ISSUER.host, audiences: [], thumbprints: [], tags: TAGS };
const there = (content: Partial<BucketContent> = {}) => fakeBucket(bucketContent(content));

describe('an issuer that is taken out of service', () => {
  it('is empty and closed, and says since when and why it is kept', async () => {
    const bucket = there();
    const attempts = await retireIssuer(KEEP, bucket, NO_PROVIDER);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['removed', 'kept']);
    expect(bucket.content).toMatchObject({
      documents: {},
      policy: undefined,
      block: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
    expect(bucket.content?.tags).toEqual({
      ...TAGS,
      [RETIRED_TAG]: `${AT} - whoever took the name could pass for the issuer that it was`,
    });
    // S3 User Guide: letters, numbers, spaces and + - = . _ : / @.
    expect(bucket.content?.tags[RETIRED_TAG]).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
  });

  it('says since when it is kept, however often it is retired', async () => {
    const bucket = there();
    await retireIssuer({ ...KEEP, at: '2025-01-01T00:00:00.000Z' }, bucket, NO_PROVIDER);
    await retireIssuer(KEEP, bucket, NO_PROVIDER);
    expect(bucket.content?.tags[RETIRED_TAG]).toContain('2025-01-01');
  });

  it('goes with all versions of its documents, and what hides them, when its name is given up', async () => {
    const bucket = there({ versioned: true });
    bucket.hide(JWKS_KEY);
    bucket.hide(DISCOVERY_KEY);
    await retireIssuer(FREE, bucket, NO_PROVIDER);
    expect(bucket.content).toBeUndefined();
  });

  it.each([KEEP, FREE])('is not touched while a provider trusts it (%j)', async (retirement) => {
    const bucket = there();
    const providers = fakeProviders({ [NO_PROVIDER.arn]: PROVIDER });
    const [attempt, ...others] = await retireIssuer(retirement, bucket, { ...NO_PROVIDER, providers });
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({ outcome: 'left', detail: expect.stringContaining('trusts the issuer') });
    expect(bucket.writes).toEqual([]);
  });

  it('is not touched where it cannot be told whether a provider trusts it', async () => {
    const bucket = there();
    const providers = failing(fakeProviders(), 'get', sdkError('AccessDenied', 403));
    const [attempt] = await retireIssuer(FREE, bucket, { ...NO_PROVIDER, providers });
    expect(attempt).toMatchObject({ outcome: 'left', detail: expect.stringContaining('cannot be told') });
    expect(bucket.writes).toEqual([]);
  });

  it('is not touched when it turns out to be somebody else’s', async () => {
    const bucket = there({ tags: { team: 'web' } });
    const [attempt] = await retireIssuer(FREE, bucket, NO_PROVIDER);
    expect(attempt).toMatchObject({ outcome: 'left' });
    expect(bucket.writes).toEqual([]);
  });

  it('stays with what is in it and not of an issuer, and says what that is', async () => {
    const bucket = there({ others: ['backup.tar'] });
    const attempts = await retireIssuer(FREE, bucket, NO_PROVIDER);
    expect(attempts.at(-1)).toMatchObject({
      outcome: 'left',
      detail: 'it holds what is not of an issuer: backup.tar',
    });
    expect(bucket.content?.others).toEqual(['backup.tar']);
  });

  it('is nothing, when it is gone', async () => {
    await expect(retireIssuer(FREE, fakeBucket(), NO_PROVIDER)).resolves.toMatchObject([
      { outcome: 'removed' },
      { outcome: 'removed' },
    ]);
  });
});

describe('before it is taken out of service', () => {
  it.each<[string, Partial<BucketContent>, object]>([
    ['ours', {}, { foreign: [] }],
    ['without tags and empty, as ccoctl leaves it', { tags: {}, documents: {} }, { isNobodys: false }],
    ['without tags and not empty', { tags: {} }, { isNobodys: true }],
    ['with foreign objects', { others: ['b', 'a'] }, { foreign: ['a', 'b'] }],
    ['somebody else’s', { tags: { team: 'web' } }, { somebodyElse: expect.stringContaining('team') }],
  ])('a bucket is seen to be %s', async (_, content, expected) => {
    await expect(observeRetirement(place, there(content))).resolves.toMatchObject(expected);
  });

  it.each(['foreign', 'elsewhere'] as const)('a bucket that is %s is not looked into', async (taken) => {
    const bucket = there();
    bucket.taken = taken;
    await expect(observeRetirement(place, bucket)).resolves.toMatchObject({
      unknown: expect.any(String),
    });
  });

  it('there may be none', async () => {
    await expect(observeRetirement(place, fakeBucket())).resolves.toBeUndefined();
  });
});
