import { describe, expect, it } from 'vitest';
import { ResourceConflict } from '../../../../core/domain/errors.ts';
import { diffIssuer } from '../../../../core/resources/issuer/diff.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import { type BucketContent, fakeBucket } from '../../../support/fakes/issuer-bucket.ts';
import {
  bucketContent,
  DISCOVERY,
  ISSUER,
  jwksText,
  OTHER_JWK,
  OUR_JWK,
  ours,
  SPEC,
  TAGS,
} from './issuer.ts';

const { kid: _, ...keyless } = SPEC.desired;
const KEYLESS = { ...SPEC, desired: keyless };

/** Parts that differ in a bucket that is converged but for some parts. */
async function parts(content: Partial<BucketContent>, spec: typeof KEYLESS = SPEC) {
  const state = await observeIssuer(SPEC, { issuerBucket: fakeBucket(bucketContent(content)) });
  return diffIssuer(spec, state).map(({ part }) => part);
}

const documents = (discovery: ReturnType<typeof ours> | undefined, jwks = ours(jwksText(OUR_JWK))) => ({
  documents: {
    'keys.json': jwks,
    ...(discovery === undefined ? {} : { '.well-known/openid-configuration': discovery }),
  },
});
const withJwks = (jwks: ReturnType<typeof ours>) => documents(ours(DISCOVERY), jwks);

describe('the changes of an issuer', () => {
  it('are one, all of it, when there is no bucket', () => {
    expect(diffIssuer(SPEC, undefined)).toEqual([
      { action: 'create', resource: 'issuer bucket demo-oidc', part: 'all' },
    ]);
  });

  const DISCOVERY_PART = ['.well-known/openid-configuration'];
  it.each<[string, Partial<BucketContent>, string[]]>([
    ['nothing amiss', {}, []],
    ['further tags', { tags: { ...TAGS, other: 'x' } }, []],
    ['no tags', { tags: {} }, ['tags']],
    ['a tag with another value', { tags: { ...TAGS, team: 'x' } }, ['tags']],
    ['no public access block', { block: undefined }, ['public access block']],
    [
      'a block of everything',
      {
        block: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        },
      },
      ['public access block'],
    ],
    ['no policy', { policy: undefined }, ['policy']],
    ['another policy', { policy: { ...ISSUER.policy, Statement: [] } }, ['policy']],
    [
      'a policy as S3 gives it back',
      {
        policy: {
          ...ISSUER.policy,
          Statement: [
            {
              Sid: 'AllowReadPublicAccess',
              Effect: 'Allow',
              Principal: '*',
              Action: 's3:GetObject',
              Resource: 'arn:aws:s3:::demo-oidc/*',
            },
          ],
        },
      },
      [],
    ],
    ['no discovery document', documents(undefined), DISCOVERY_PART],
    ['another issuer in it', documents(ours(DISCOVERY.replaceAll('demo-oidc', 'x'))), DISCOVERY_PART],
    ['text that is no JSON in it', documents(ours('hello')), DISCOVERY_PART],
    ['the same document, written otherwise', documents(ours(JSON.stringify(JSON.parse(DISCOVERY)))), []],
    ['another content type', documents(ours(DISCOVERY, { contentType: 'text/plain' })), DISCOVERY_PART],
    ['a document without tags', documents(ours(DISCOVERY, { tags: {} })), DISCOVERY_PART],
    ['a JWKS of another key', withJwks(ours(jwksText(OTHER_JWK))), ['keys.json']],
    ['an empty JWKS', withJwks(ours(jwksText())), ['keys.json']],
    ['further keys in the JWKS', withJwks(ours(jwksText(OTHER_JWK, OUR_JWK))), []],
    ['a JWKS without tags', withJwks(ours(jwksText(OUR_JWK), { tags: {} })), ['keys.json']],
    ['no documents', { documents: {} }, [...DISCOVERY_PART, 'keys.json']],
  ])('with %s are exactly these: %j', async (_, content, expected) => {
    expect(await parts(content)).toEqual(expected);
  });

  it('have the JWKS among them while the signing key is yet to be made', async () => {
    expect(await parts({}, KEYLESS)).toEqual(['keys.json']);
  });

  it('are refused when keys.json cannot be merged with', async () => {
    await expect(parts(withJwks(ours('hello')))).rejects.toThrow(ResourceConflict);
    await expect(parts(withJwks(ours('{"keys":[{"kty":"RSA"}]}')))).rejects.toThrow(/not a JSON Web Key Set/);
  });

  it('are refused when keys.json is full, but not when it holds the key', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...OTHER_JWK, kid: `k${index}` }));
    await expect(parts(withJwks(ours(jwksText(...many))))).rejects.toThrow(/100 keys/);
    expect(await parts(withJwks(ours(jwksText(...many.slice(1), OUR_JWK))))).toEqual([]);
    expect(await parts(withJwks(ours(jwksText(...many.slice(1)))))).toEqual(['keys.json']);
  });
});
