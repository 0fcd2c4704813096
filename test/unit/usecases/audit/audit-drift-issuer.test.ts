import { describe, expect, it } from 'vitest';
import type { IssuerReader } from '../../../../core/aws/issuer-reader.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../../../core/domain/names.ts';
import { jwkThumbprint } from '../../../../core/domain/oidc.ts';
import { JWK, KID } from '../prepare/prepared.ts';
import {
  type Change,
  driftAfter,
  jwks,
  kinds,
  known,
  MARKER,
  onlyDriftAfter,
  provider,
  publish,
  STRANGE,
  served,
} from './drifted.ts';

describe('the issuer bucket', () => {
  it.each([
    ['foreign', /belongs to another account, or a policy denies access/],
    ['elsewhere', /in another region than us-east-2/],
  ] as const)('is none of ours when it is %s, and nothing else is said of it', async (taken, message) => {
    const found = await onlyDriftAfter(
      ({ account }) => {
        account.issuerBucket.taken = taken;
      },
      served(async () => ({ status: 403, body: '' })),
    );
    expect(found).toMatchObject({ kind: 'IssuerBucketForeign', severity: 'critical' });
    expect(found.message).toMatch(message);
  });

  it.each<[string, IssuerReader, string]>([
    [
      'refuses',
      async () => ({ status: 403, body: '' }),
      '.well-known/openid-configuration answers 403; keys.json answers 403',
    ],
    [
      'refuses one document',
      async (key) => ({ status: key === JWKS_KEY ? 503 : 200, body: '' }),
      'keys.json answers 503',
    ],
    [
      'does not answer',
      () => Promise.reject(new Error('fetch failed')),
      '.well-known/openid-configuration does not answer: fetch failed; keys.json does not answer: fetch failed',
    ],
  ])('is not reachable when it %s, though its documents are there', async (_, read, live) => {
    const found = await onlyDriftAfter(served(read));
    expect(found).toMatchObject({
      kind: 'IssuerUnreachable',
      severity: 'critical',
      resource: 'https://demo-oidc.s3.us-east-2.amazonaws.com',
      live,
    });
  });

  it('is not said to be unreachable for a document that is gone', async () => {
    await expect(driftAfter(publish(JWKS_KEY, undefined)).then(kinds)).resolves.toEqual(['JwksMissing']);
  });
});

describe('who can read and write the issuer', () => {
  const statement =
    (parts: object): Change =>
    ({ account: { issuerBucket } }) => {
      const { content } = issuerBucket;
      if (content?.policy === undefined) throw new Error('There is no policy.');
      const added = { Sid: 'Theirs', Principal: '*', Resource: 'arn:aws:s3:::demo-oidc/*', ...parts };
      content.policy = { ...content.policy, Statement: [...content.policy.Statement, added] };
    };
  const TLS_ONLY = {
    Effect: 'Deny',
    Action: 's3:*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };

  it.each<[string, object]>([
    ['requests without TLS are denied', TLS_ONLY],
    ['others may list it', { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::demo-oidc' }],
  ])('is as it was when %s', async (_, parts) => {
    await expect(driftAfter(statement(parts))).resolves.toEqual([]);
  });

  it.each<[string, object, object]>([
    [
      'others may write it',
      { Effect: 'Allow', Action: 's3:PutObject' },
      {
        kind: 'IssuerPolicyChanged',
        severity: 'critical',
        remedy:
          /^No run takes it away\. .*remove statement Theirs from the bucket policy: aws s3api put-bucket-policy /,
      },
    ],
    [
      'others may write elsewhere in the bucket',
      { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::demo-oidc/logs/*' },
      { kind: 'IssuerPolicyExtended', severity: 'warning', remedy: /no run does/ },
    ],
    [
      'nobody may read it',
      { ...TLS_ONLY, Condition: {} },
      { kind: 'IssuerPolicyChanged', severity: 'critical', remedy: /Change that statement/ },
    ],
    [
      'it cannot be told who may read it',
      { ...TLS_ONLY, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
      { kind: 'IssuerPolicyChanged', severity: 'critical', message: /cannot be told/ },
    ],
  ])('is not when %s', async (_, parts, expected) => {
    const found = await onlyDriftAfter(statement(parts));
    for (const [key, value] of Object.entries(expected)) {
      if (value instanceof RegExp) expect(found[key as 'remedy']).toMatch(value);
      else expect(found[key as 'kind']).toBe(value);
    }
  });

  it('is not promised to be opened by a run, when somebody closed the bucket', async () => {
    const found = await onlyDriftAfter(({ account: { issuerBucket } }) => {
      const { content } = issuerBucket;
      if (content?.block !== undefined) content.block = { ...content.block, BlockPublicPolicy: true };
    });
    expect(found).toMatchObject({ kind: 'PublicAccessChanged', severity: 'critical' });
    expect(found.remedy).toMatch(
      /closed \(BlockPublicPolicy\), and no run opens .*type: existing.*put-public-access-block/,
    );
    expect(found.remedy).not.toMatch(/a run repairs/);
  });

  it('is not promised to be rewritten, when its discovery document is of another issuer', async () => {
    const found = await onlyDriftAfter(
      publish(DISCOVERY_KEY, JSON.stringify({ issuer: 'https://d1.cloudfront.net' })),
    );
    expect(found).toMatchObject({ kind: 'DiscoveryDocumentChanged' });
    expect(found.remedy).toMatch(/^No run rewrites .*type: existing.*aws s3 rm/);
  });
});

describe('the JWKS', () => {
  it.each<[string, Change[], string[], RegExp]>([
    ['lacks the signing key, and all others', [jwks()], ['SigningKeyLost'], new RegExp(KID)],
    [
      'lacks the signing key, and holds the next one',
      [jwks(STRANGE), known(STRANGE, 'next')],
      ['SigningKeyRotated'],
      new RegExp(KID),
    ],
    ['lacks the signing key, and holds another', [jwks(STRANGE)], ['SigningKeyRotated'], new RegExp(KID)],
    ['holds the signing key twice', [jwks(JWK, JWK)], ['SigningKeyUnusable'], new RegExp(KID)],
    ['holds it for encryption', [jwks({ ...JWK, use: 'enc' })], ['SigningKeyUnusable'], new RegExp(KID)],
    [
      'holds a key that was there and that nobody accepted',
      [jwks(JWK, STRANGE), known(STRANGE, 'stranger')],
      ['JwksKeyExtra'],
      /nobody said whose it is/,
    ],
    [
      'holds a key again that had been taken out',
      [jwks(JWK, STRANGE), known(STRANGE, 'retired', { withdrawn: true })],
      ['JwksKeyExtra'],
      new RegExp(STRANGE.kid),
    ],
    [
      'has another key in place of the signing key',
      [jwks({ ...STRANGE, kid: KID })],
      ['SigningKeyReplaced'],
      new RegExp(KID),
    ],
    [
      'has another key in place of a further one',
      [jwks(JWK, { ...STRANGE, n: 'AQAB' }), known(STRANGE, 'next')],
      ['SigningKeyReplaced'],
      new RegExp(STRANGE.kid),
    ],
    [
      'has another key of the same id behind the signing key',
      [jwks(JWK, { ...STRANGE, kid: KID })],
      ['SigningKeyReplaced'],
      new RegExp(KID),
    ],
    [
      'has another key of the same id before the signing key',
      [jwks({ ...STRANGE, kid: KID }, JWK)],
      ['SigningKeyReplaced'],
      new RegExp(KID),
    ],
    ['has a key nobody prepared', [jwks(JWK, STRANGE)], ['JwksKeyExtra'], new RegExp(STRANGE.kid)],
    ['has a key of a type nobody knows', [jwks(JWK, { kid: 'new', kty: 'PQ' })], ['JwksKeyExtra'], /new/],
  ])('%s', async (_, changes, expected, message) => {
    const drift = await driftAfter(...changes);
    expect(kinds(drift)).toEqual(expected);
    for (const found of drift) {
      expect(found.severity).toBe('critical');
      expect(found.message).toMatch(message);
    }
  });

  it('has lost a key of which nobody said whose it is, which may be of no matter', async () => {
    await expect(onlyDriftAfter(known(STRANGE, 'stranger'))).resolves.toMatchObject({
      kind: 'JwksKeyLost',
      severity: 'warning',
      wanted: STRANGE.kid,
    });
  });

  it.each([
    ['is gone', jwks()],
    ['makes way for another', jwks(STRANGE)],
  ])('has a remedy for either case when the signing key %s', async (_, change) => {
    const { remedy } = await onlyDriftAfter(change);
    expect(remedy).toContain('publicKeyFile');
    expect(remedy).toContain('aws s3 rm s3://demo-oidc/keys.json');
  });

  it('names the key that nobody accepted by its thumbprint, and how it is accepted', async () => {
    const found = await onlyDriftAfter(jwks(JWK, STRANGE));
    expect(found.message).toContain(jwkThumbprint(STRANGE));
    expect(found.remedy).toContain('acceptedKeys');
  });

  it('shows the thumbprints of a key that was replaced', async () => {
    const found = await onlyDriftAfter(jwks({ ...STRANGE, kid: KID }));
    expect(found).toMatchObject({
      live: `thumbprint ${jwkThumbprint(STRANGE)}`,
      wanted: `thumbprint ${jwkThumbprint(JWK)}`,
    });
  });

  it.each<[string, Change]>([
    ['a private key', jwks({ ...JWK, d: MARKER })],
    ['a private prime of another key', jwks(JWK, { ...STRANGE, p: MARKER })],
    ['a symmetric key', jwks(JWK, { kid: 'x', kty: 'oct', k: MARKER })],
    ['something that is no JWKS', publish(JWKS_KEY, `{"keys": "${MARKER}"}`)],
  ])('holds %s, which is in no report', async (_, change) => {
    const drift = await driftAfter(change);
    expect(drift).toHaveLength(1);
    expect(JSON.stringify(drift)).not.toContain(MARKER);
  });
});

describe('the identity provider', () => {
  it('is for another issuer', async () => {
    const found = await onlyDriftAfter(provider({ host: 'evil-oidc.s3.us-east-2.amazonaws.com' }));
    expect(found).toMatchObject({
      kind: 'ProviderUrlChanged',
      severity: 'critical',
      live: 'evil-oidc.s3.us-east-2.amazonaws.com',
      wanted: 'demo-oidc.s3.us-east-2.amazonaws.com',
    });
  });

  it('has a finding for each audience, each with an id of its own', async () => {
    const drift = await driftAfter(provider({ audiences: ['a', 'b'] }));
    expect(kinds(drift)).toEqual(['AudienceExtra', 'AudienceExtra', 'AudienceMissing', 'AudienceMissing']);
    expect(new Set(drift.map(({ id }) => id)).size).toBe(4);
  });

  it.each([
    [['cd'], 'cd'],
    [[], 'none'],
    [['ab', 'cd'], 'ab, cd'],
  ])('has other thumbprints: %j', async (thumbprints, live) => {
    await expect(onlyDriftAfter(provider({ thumbprints }))).resolves.toMatchObject({
      kind: 'ThumbprintChanged',
      severity: 'warning',
      live,
    });
  });
});
