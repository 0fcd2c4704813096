import { describe, expect, it } from 'vitest';
import { ResourceConflict } from '../../../../core/domain/errors.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import { type FakeBucket, fakeBucket } from '../../../support/fakes/issuer-bucket.ts';
import { bucketContent, DISCOVERY, jwksText, OUR_JWK, ours, SPEC } from './issuer.ts';

const DISCOVERY_ONLY = { '.well-known/openid-configuration': ours(DISCOVERY) };
const untagged = (discovery: string) => ({
  tags: {},
  documents: {
    '.well-known/openid-configuration': ours(discovery),
    'keys.json': ours(jwksText(OUR_JWK)),
  },
});
const observe = (issuerBucket: FakeBucket) => observeIssuer(SPEC, { issuerBucket });

describe('observing an issuer', () => {
  it('gives nothing when there is no bucket', async () => {
    await expect(observe(fakeBucket())).resolves.toBeUndefined();
  });

  it("gives all of it when it is this cluster's, and writes nothing", async () => {
    const content = bucketContent();
    const bucket = fakeBucket(content);
    await expect(observe(bucket)).resolves.toEqual({
      tags: content.tags,
      publicAccessBlock: content.block,
      policy: content.policy,
      discovery: content.documents['.well-known/openid-configuration'],
      jwks: content.documents['keys.json'],
    });
    expect(bucket.writes).toEqual([]);
  });

  it.each([
    ['is empty and without tags, as ccoctl leaves it between two calls', { tags: {}, documents: {} }],
    ['has this issuer and no tags', { tags: {} }],
    ['has this issuer without keys, and no tags', { tags: {}, documents: DISCOVERY_ONLY }],
  ])('gives one that %s', async (_, parts) => {
    await expect(observe(fakeBucket(bucketContent(parts)))).resolves.toMatchObject({ tags: {} });
  });

  it.each([
    ['foreign', /another AWS account/],
    ['elsewhere', /another region than us-east-2/],
  ] as const)('refuses one that is %s', async (taken, reason) => {
    const bucket = fakeBucket();
    bucket.taken = taken;
    await expect(observe(bucket)).rejects.toThrow(ResourceConflict);
    await expect(observe(bucket)).rejects.toThrow(reason);
  });

  it.each([
    ['of another cluster', { tags: { 'openshift.io/cloud-credential-operator/x': 'owned' } }, /cluster x/],
    ['of somebody else', { tags: { team: 'x' } }, /has team/],
    ['without tags that holds other things', { tags: {}, others: ['photo.jpg'] }, /holds photo\.jpg/],
    [
      'without tags that is the issuer of another system',
      untagged(DISCOVERY.replaceAll('demo-oidc', 'webhook')),
      /names the issuer https:\/\/webhook\S* and the keys https:\/\/webhook/,
    ],
    [
      'without tags whose keys are elsewhere',
      untagged(DISCOVERY.replace('com/keys.json', 'com/jwks')),
      /names the keys https:\S*com\/jwks/,
    ],
    ['without tags that says nothing', untagged('{}'), /names no issuer/],
    ['without tags that is no JSON', untagged('hello'), /names no issuer/],
    [
      'without tags that has keys alone',
      { tags: {}, documents: { 'keys.json': ours(jwksText(OUR_JWK)) } },
      /holds keys\.json and no/,
    ],
  ])('refuses one %s', async (_, parts, reason) => {
    const bucket = fakeBucket(bucketContent(parts));
    await expect(observe(bucket)).rejects.toThrow(ResourceConflict);
    await expect(observe(bucket)).rejects.toThrow(reason);
    expect(bucket.writes).toEqual([]);
  });

  it("keeps other things in a bucket that is this cluster's", async () => {
    await expect(observe(fakeBucket(bucketContent({ others: ['photo.jpg'] })))).resolves.toBeDefined();
  });
});
