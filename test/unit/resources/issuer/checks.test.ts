import { describe, expect, it } from 'vitest';
import { jwkThumbprint } from '../../../../core/domain/oidc.ts';
import type { PolicyStatement } from '../../../../core/domain/policy-document.ts';
import type { PublishedKey } from '../../../../core/domain/published-key.ts';
import { type ActualIssuer, discoveryChecks } from '../../../../core/resources/issuer/checks.ts';
import { jwksChecks } from '../../../../core/resources/issuer/jwks-checks.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import { issuer } from '../../../../core/resources/issuer/resource.ts';
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

const names = (found: readonly { check: string; subject?: string }[]) =>
  found.map(({ check, subject = '' }) => `${check} ${subject}`.trim());
const stateOf = (content: Partial<BucketContent>) =>
  observeIssuer(SPEC, { issuerBucket: fakeBucket(bucketContent(content)) });
const documents = (discovery: ReturnType<typeof ours>, jwks = ours(jwksText(OUR_JWK))) => ({
  documents: { '.well-known/openid-configuration': discovery, 'keys.json': jwks },
});

const withStatement = (statement: PolicyStatement) => ({
  policy: { ...ISSUER.policy, Statement: [...ISSUER.policy.Statement, statement] },
});
const allow = (...actions: string[]) => ({
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: actions,
  Resource: 'arn:aws:s3:::demo-oidc/*',
});

describe('an issuer is not as it should be', () => {
  it.each<[ActualIssuer, string[]]>([
    [undefined, ['missing']],
    ['foreign', ['foreign']],
    ['elsewhere', ['foreign']],
  ])('when its bucket is %s, and nothing else is said', (actual, expected) => {
    expect(names(issuer.checks(SPEC, actual))).toEqual(expected);
  });

  it.each<[string, Partial<BucketContent>, string[]]>([
    ['nothing is amiss', {}, []],
    ['a tag is missing', { tags: { ...TAGS, team: 'x' } }, ['tags']],
    ['its public access block is gone', { block: undefined }, ['public-access-block']],
    [
      'its policy lets nobody read',
      { policy: { ...ISSUER.policy, Statement: [] } },
      ['policy no statement allows it to everybody'],
    ],
    ['its policy is gone', { policy: undefined }, ['policy there is no bucket policy']],
    ['requests without TLS are denied, which is nothing amiss', withStatement(TLS_ONLY), []],
    ['others may read besides', withStatement(allow('s3:GetObject', 's3:ListBucket')), []],
    [
      'whether a statement denies it cannot be told',
      withStatement({ ...TLS_ONLY, Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
      [
        'policy-unclear its statement TlsOnly may deny it: it has the condition StringNotEquals aws:SourceVpce vpce-1',
      ],
    ],
    ['others may write', withStatement(allow('s3:PutObject')), ['policy-writable statement 2']],
    ['others may do all', withStatement(allow('s3:*')), ['policy-writable statement 2']],
    [
      'others may change the bucket',
      withStatement({ ...allow('s3:PutBucketPolicy'), Resource: 'arn:aws:s3:::demo-oidc', Sid: 'Admin' }),
      ['policy-writable statement Admin'],
    ],
    [
      'others may write elsewhere in it',
      withStatement({ ...allow('s3:PutObject'), Resource: 'arn:aws:s3:::demo-oidc/logs/*' }),
      ['policy-extra statement 2'],
    ],
    ['its documents are gone', { documents: {} }, ['discovery-missing', 'jwks-missing']],
    [
      'a document has another content type',
      documents(ours(DISCOVERY, { contentType: 'text/plain' })),
      ['discovery-stored'],
    ],
    [
      'a document lacks a tag of the owner',
      documents(ours(DISCOVERY), ours(jwksText(OUR_JWK), { tags: {} })),
      ['jwks-stored'],
    ],
    ['a document is encoded', documents(ours(DISCOVERY, { encoding: 'gzip' })), ['discovery-stored']],
    [
      'a document is encrypted by KMS',
      documents(
        ours(DISCOVERY, { encryption: 'aws:kms' }),
        ours(jwksText(OUR_JWK), { encryption: 'aws:kms' }),
      ),
      ['discovery-stored', 'jwks-stored'],
    ],
  ])('when %s', async (_, content, expected) => {
    expect(names(issuer.checks(SPEC, await stateOf(content)))).toEqual(expected);
  });

  it('when it does not answer, but not for a document that is gone', async () => {
    const actual = { ...(await stateOf({})), tags: TAGS, unreachable: 'keys.json answers 403' };
    expect(issuer.checks(SPEC, actual)).toEqual([{ check: 'unreachable', actual: 'keys.json answers 403' }]);
    const { jwks: _, ...without } = actual;
    expect(names(issuer.checks(SPEC, without))).toEqual(['jwks-missing']);
  });
});

describe('a discovery document', () => {
  const other = (parts: object) => JSON.stringify({ ...JSON.parse(DISCOVERY), ...parts });
  it.each<[string, string | undefined, string[]]>([
    ['may be written otherwise', JSON.stringify(JSON.parse(DISCOVERY)), []],
    ['must be there', undefined, ['discovery-missing']],
    ['must be JSON', 'hello', ['discovery-malformed']],
    ['must be an object', 'null', ['discovery-malformed']],
    ['must name the issuer', other({ issuer: 'https://x' }), ['discovery-issuer https://x']],
    ['must name its JWKS', other({ jwks_uri: 'https://x' }), [`discovery-issuer ${ISSUER.url}`]],
    ['must say nothing else', other({ more: 1 }), ['discovery-content']],
  ])('%s', (_, body, expected) => {
    expect(names(discoveryChecks(ISSUER.url, body))).toEqual(expected);
  });
});

describe('a JWKS', () => {
  const { kid } = OUR_JWK;
  const stranger = { ...OTHER_JWK, kid };
  const keys = [OUR_JWK, OTHER_JWK].map((key) => ({
    kid: key.kid,
    thumbprint: jwkThumbprint(key),
    state: key === OUR_JWK ? ('signing' as const) : ('next' as const),
  }));

  it.each<[string, string | undefined, string[]]>([
    ['may hold further keys', jwksText(OTHER_JWK, OUR_JWK), []],
    ['must be there', undefined, ['jwks-missing']],
    ['must be one', '{}', ['jwks-malformed']],
    ['must hold no private key', jwksText({ ...OUR_JWK, d: 'AQ' }), ['jwks-private']],
    ['must hold the signing key', jwksText(), [`signing-key-lost ${kid}`]],
    ['must hold it beside others', jwksText(OTHER_JWK), [`signing-key-rotated ${kid}`]],
    ['must hold no other key under its id', jwksText(OUR_JWK, stranger), [`key-replaced ${kid}`]],
    ['must hold it once', jwksText(OUR_JWK, OUR_JWK), [`signing-key-unusable ${kid}`]],
    ['must hold it for signatures', jwksText({ ...OUR_JWK, use: 'enc' }), [`signing-key-unusable ${kid}`]],
    ['must hold it for all', jwksText({ ...OUR_JWK, key_ops: ['verify'] }), [`signing-key-unusable ${kid}`]],
  ])('of which nothing is on record %s', (_, body, expected) => {
    expect(names(jwksChecks({ kid }, body))).toEqual(expected);
  });

  const third = { ...OTHER_JWK, n: 'Aw' };
  it.each<[string, string, string[]]>([
    ['may hold its keys', jwksText(OUR_JWK, OTHER_JWK), []],
    ['must hold the signing key', jwksText(OTHER_JWK), [`signing-key-rotated ${kid}`]],
    ['need not hold the next one', jwksText(OUR_JWK), []],
    ['must hold no other key under its id', jwksText(OUR_JWK, stranger), [`key-replaced ${kid}`]],
    ['must hold no other key under a known id', jwksText(OUR_JWK, third), ['key-replaced other']],
    ['must hold nothing else', jwksText(OUR_JWK, { ...third, kid: 'new' }), ['key-extra new']],
  ])('of which keys are on record %s', (_, body, expected) => {
    expect(names(jwksChecks({ kid, published: keys }, body))).toEqual(expected);
  });

  const withOther = (more: Partial<PublishedKey>) =>
    keys.map((key) => (key.kid === kid ? key : { ...key, ...more }));
  it.each<[string, Partial<PublishedKey>, string, string[]]>([
    ['may hold a retired key', { state: 'retired' }, jwksText(OUR_JWK, OTHER_JWK), []],
    ['need not hold a retired key', { state: 'retired' }, jwksText(OUR_JWK), []],
    [
      'must not hold one again that was taken out',
      { state: 'retired', withdrawn: true },
      jwksText(OUR_JWK, OTHER_JWK),
      ['key-extra other'],
    ],
    ['holds a stranger’s key', { state: 'stranger' }, jwksText(OUR_JWK, OTHER_JWK), ['key-stranger other']],
    ['has lost a stranger’s key', { state: 'stranger' }, jwksText(OUR_JWK), ['key-lost other']],
  ])('%s', (_, more, body, expected) => {
    expect(names(jwksChecks({ kid, published: withOther(more) }, body))).toEqual(expected);
  });

  it('lacks the signing key while it is yet to be made', () => {
    expect(names(jwksChecks({}, jwksText(OUR_JWK)))).toEqual(['signing-key-lost undefined']);
  });
});
