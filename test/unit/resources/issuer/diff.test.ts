import { describe, expect, it } from 'vitest';
import { ResourceConflict } from '../../../../core/domain/errors.ts';
import type { PolicyStatement } from '../../../../core/domain/policy-document.ts';
import { diffIssuer } from '../../../../core/resources/issuer/diff.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import { CLOSED } from '../../../support/closed-bucket.ts';
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
  TLS_ONLY,
} from './issuer.ts';

const { kid: _, ...keyless } = SPEC.desired;
const KEYLESS = { ...SPEC, desired: keyless };

/** Parts that differ in a bucket that is converged but for some parts. */
async function parts(content: Partial<BucketContent>, spec: typeof KEYLESS = SPEC) {
  const state = await observeIssuer(SPEC, { issuerBucket: fakeBucket(bucketContent(content)) });
  return diffIssuer(spec, state).map(({ part }) => part);
}

const opened = (...statements: PolicyStatement[]) => ({
  ...ISSUER.policy,
  Statement: [...ISSUER.policy.Statement, ...statements],
});

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
      'a block of ACLs that counts half',
      {
        block: { ...CLOSED, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false },
      },
      ['public access block'],
    ],
    ['a policy that denies requests without TLS', { policy: opened(TLS_ONLY) }, []],
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
    ['no keys in it', documents(ours(JSON.stringify({ issuer: ISSUER.url }))), DISCOVERY_PART],
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

describe('an issuer that is read by somebody', () => {
  const diff = async (content: Partial<BucketContent>, isLive = false) =>
    parts(content, { ...SPEC, desired: { ...SPEC.desired, isLive } });
  const CLOUDFRONT = DISCOVERY.replaceAll('demo-oidc.s3.us-east-2.amazonaws.com', 'd1.cloudfront.net');
  const OAI = {
    Version: '2008-10-17',
    Statement: [
      {
        Sid: '1',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::demo-oidc/*',
      },
    ],
  };
  const nothing = { documents: {}, policy: undefined };

  it.each<[string, Partial<BucketContent>, boolean, RegExp]>([
    [
      'is private, behind CloudFront',
      { ...documents(ours(CLOUDFRONT)), block: CLOSED, policy: OAI },
      true,
      /names the issuer https:\/\/d1\.cloudfront\.net.*\n.*closed to the public \(BlockPublicPolicy, RestrictPublicBuckets\)/,
    ],
    [
      'has another issuer',
      documents(ours(CLOUDFRONT)),
      false,
      /names the issuer https:\/\/d1\.cloudfront\.net .*for the issuer https:\/\/demo-oidc\S* .*aws s3 rm s3:\/\/demo-oidc\/\.well-known\/openid-configuration --region us-east-2$/,
    ],
    [
      'has its keys elsewhere',
      documents(ours(DISCOVERY.replace('com/keys.json', 'com/jwks'))),
      false,
      /names the keys https:\S*com\/jwks/,
    ],
    ['was closed', { block: CLOSED }, false, /it holds \.well-known\/openid-configuration/],
    [
      'was closed by one switch',
      { block: { ...CLOSED, BlockPublicPolicy: false } },
      true,
      /closed to the public \(RestrictPublicBuckets\), and the cluster exists/,
    ],
    [
      'holds keys and was closed',
      { block: CLOSED, documents: { 'keys.json': ours(jwksText(OTHER_JWK)) } },
      false,
      /holds keys/,
    ],
    ['exists, and its bucket is new', { ...nothing, block: CLOSED }, true, /the cluster exists/],
    [
      'is to be private, and has no documents yet',
      { ...nothing, block: CLOSED, policy: OAI },
      false,
      /its policy is somebody else/,
    ],
    [
      'is kept from the public by a statement',
      { policy: opened({ ...TLS_ONLY, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }) },
      true,
      /its statement TlsOnly denies it/,
    ],
    [
      'may be kept from the public by a statement without a name',
      {
        policy: opened({ ...TLS_ONLY, Sid: '', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      },
      true,
      /may keep .* its statement 2 may deny it/,
    ],
  ])('is refused when it %s', async (_, content, isLive, reason) => {
    await expect(diff(content, isLive)).rejects.toThrow(ResourceConflict);
    await expect(diff(content, isLive)).rejects.toThrow(reason);
  });

  it.each<[string, Partial<BucketContent>]>([
    ['S3 made it, and nothing was put into it yet', { ...nothing, block: CLOSED }],
    ['it has our policy and nothing else', { documents: {}, block: CLOSED }],
    [
      'an unfinished run left it',
      {
        block: CLOSED,
        policy: undefined,
        tags: { ...TAGS, 'sts-prep/run': 'earlier' },
      },
    ],
  ])('may be opened when %s', async (_, content) => {
    expect(await diff(content)).toContain('public access block');
  });

  it('is not of an unfinished run when another one wrote its documents', async () => {
    const tags = { ...TAGS, 'sts-prep/run': 'another' };
    await expect(diff({ block: CLOSED, tags })).rejects.toThrow(/closed to the public/);
  });
});
