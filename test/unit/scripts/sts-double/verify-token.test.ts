import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { publicJwk } from '../../../../core/domain/oidc.ts';
import { trustPolicy } from '../../../../core/domain/policy-document.ts';
import { type StsAccount, verifyToken } from '../../../../scripts/local/sts-double/verify-token.ts';
import { rsaKeyPair } from '../../../support/bundles.ts';

const HOST = 'demo-oidc.s3.us-east-2.amazonaws.com';
const ISSUER = `https://${HOST}`;
const PROVIDER = `arn:aws:iam::123456789012:oidc-provider/${HOST}`;
const ROLE = 'arn:aws:iam::123456789012:role/openshift/demo-a';
const SUBJECT = 'system:serviceaccount:openshift-a:operator';

const keys = rsaKeyPair();
const other = rsaKeyPair();
const jwk = publicJwk(keys.publicKey);

/** A token as the cluster signs it, with changes: of claims by name, of header and key by `header` and `key`. */
function token({
  header = {},
  key = keys.privateKey,
  alg = 'RS256',
  ...claims
}: {
  readonly header?: object;
  readonly key?: typeof keys.privateKey | Uint8Array;
  readonly alg?: string;
  readonly [claim: string]: unknown;
} = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const usual = { iss: ISSUER, sub: SUBJECT, aud: 'openshift', iat: now, exp: now + 60 };
  const given = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(given))
    .setProtectedHeader({ alg, kid: jwk.kid, typ: 'JWT', ...header })
    .sign(key);
}

const documents = (changes: Readonly<Record<string, string | undefined>> = {}) => ({
  '/.well-known/openid-configuration': JSON.stringify({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys.json` }),
  '/keys.json': JSON.stringify({ keys: [jwk] }),
  ...changes,
});

function account({
  published = documents(),
  trust = trustPolicy(PROVIDER, HOST, [SUBJECT]) as unknown,
  audiences = ['openshift', 'sts.amazonaws.com'],
}: {
  readonly published?: Readonly<Record<string, string | undefined>>;
  readonly trust?: unknown;
  readonly audiences?: readonly string[];
} = {}): StsAccount {
  return {
    audiences: async (arn) => (arn === PROVIDER ? audiences : undefined),
    trustOf: async (role) => (role === ROLE ? trust : undefined),
    published: async ({ host, pathname }) => (host === HOST ? published[pathname] : undefined),
  };
}

const answer = (given: string, of: StsAccount = account(), role = ROLE) =>
  verifyToken(role, given, of).then(
    () => 'accepted',
    ({ code, message }) => `${code}: ${message}`,
  );

it('the token of a trusted service account is good', async () => {
  expect(await answer(await token())).toBe('accepted');
});

const statement = (changes: object) => ({
  Version: '2012-10-17',
  Statement: [{ ...trustPolicy(PROVIDER, HOST, [SUBJECT]).Statement[0], ...changes }],
});
const now = () => Math.floor(Date.now() / 1_000);

describe('refused is', () => {
  it.each<[string, () => Promise<string>, string]>([
    ['one signed by another key', () => token({ key: other.privateKey }), 'InvalidIdentityToken: signature'],
    [
      'one of another key id',
      () => token({ header: { kid: 'other' } }),
      'InvalidIdentityToken: no applicable',
    ],
    [
      'one signed with a secret',
      () => token({ alg: 'HS256', key: Buffer.from(jwk.kid.repeat(2)) }),
      'InvalidIdentityToken: ',
    ],
    [
      'one of an issuer without a provider',
      () => token({ iss: 'https://other.example' }),
      'InvalidIdentityToken: No OpenIDConnect provider found',
    ],
    [
      'one of an issuer without TLS',
      () => token({ iss: `http://${HOST}` }),
      'InvalidIdentityToken: The ID Token provided names no https issuer',
    ],
    [
      'one for another audience',
      () => token({ aud: 'kubernetes' }),
      'InvalidIdentityToken: Incorrect token audience',
    ],
    [
      'one without an audience',
      () => token({ aud: undefined }),
      'InvalidIdentityToken: Incorrect token audience',
    ],
    [
      'one of another service account',
      () => token({ sub: 'system:serviceaccount:openshift-a:other' }),
      'AccessDenied: Not authorized',
    ],
    ['one without a subject', () => token({ sub: undefined }), 'InvalidIdentityToken: '],
    [
      'one that has expired',
      () => token({ iat: now() - 7_200, exp: now() - 3_600 }),
      'ExpiredTokenException: ',
    ],
    ['one that is not valid yet', () => token({ nbf: now() + 3_600 }), 'InvalidIdentityToken: '],
    ['what is no token', async () => 'abc', 'InvalidIdentityToken: The ID Token provided is not a valid JWT'],
    ['nothing', async () => '', 'InvalidIdentityToken: The ID Token provided is not a valid JWT'],
  ])('%s', async (_, given, expected) => {
    expect(await answer(await given())).toContain(expected);
  });

  it('one of a role that is not there', async () => {
    expect(await answer(await token(), account(), `${ROLE}-other`)).toContain('AccessDenied');
  });

  it.each<[string, Readonly<Record<string, string | undefined>>]>([
    ['no discovery document', { '/.well-known/openid-configuration': undefined }],
    [
      'a discovery document of another issuer',
      {
        '/.well-known/openid-configuration': JSON.stringify({
          issuer: `${ISSUER}/`,
          jwks_uri: `${ISSUER}/keys.json`,
        }),
      },
    ],
    ['a discovery document that is no JSON', { '/.well-known/openid-configuration': '<html>' }],
    [
      'a discovery document that leads to keys without TLS',
      {
        '/.well-known/openid-configuration': JSON.stringify({
          issuer: ISSUER,
          jwks_uri: `http://${HOST}/keys.json`,
        }),
      },
    ],
    ['no keys', { '/keys.json': undefined }],
    ['no list of keys', { '/keys.json': '{}' }],
  ])('every token where the issuer publishes %s', async (_, changes) => {
    expect(await answer(await token(), account({ published: documents(changes) }))).toContain(
      "InvalidIdentityToken: Couldn't retrieve verification key",
    );
  });

  it('every token where nobody answers for the issuer', async () => {
    const unreachable = { ...account(), published: () => Promise.reject(new Error('ECONNREFUSED')) };
    expect(await answer(await token(), unreachable)).toBe(
      `IDPCommunicationError: The identity provider ${HOST} could not be reached`,
    );
  });

  it('a token whose key is no longer published', async () => {
    const published = documents({ '/keys.json': JSON.stringify({ keys: [publicJwk(other.publicKey)] }) });
    expect(await answer(await token(), account({ published }))).toContain('InvalidIdentityToken');
  });

  it('a token whose audience the provider has not', async () => {
    expect(await answer(await token(), account({ audiences: ['sts.amazonaws.com'] }))).toContain(
      'Incorrect token audience',
    );
  });

  it.each<[string, unknown]>([
    ['nobody', { Statement: [] }],
    ['another provider', statement({ Principal: { Federated: `${PROVIDER}x` } })],
    ['an account', statement({ Principal: { AWS: '*' } })],
    ['for another action', statement({ Action: 'sts:AssumeRole' })],
    [
      'by the subject of another issuer',
      statement({ Condition: { StringEquals: { 'x.example:sub': [SUBJECT] } } }),
    ],
    [
      'by an operator that nobody here knows',
      statement({ Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }),
    ],
    [
      'with a Deny on the audience beside it',
      {
        Statement: [
          ...statement({}).Statement,
          {
            ...statement({}).Statement[0],
            Effect: 'Deny',
            Condition: { StringEquals: { [`${HOST}:aud`]: 'openshift' } },
          },
        ],
      },
    ],
    [
      'with a Deny that nobody here knows',
      {
        Statement: [
          ...statement({}).Statement,
          {
            ...statement({}).Statement[0],
            Effect: 'Deny',
            Condition: { DateLessThan: { 'aws:CurrentTime': '2000-01-01' } },
          },
        ],
      },
    ],
  ])('a token where the role trusts %s', async (_, trust) => {
    expect(await answer(await token(), account({ trust }))).toBe(
      'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
  });
});

it.each<[string, unknown]>([
  ['without conditions', statement({ Condition: undefined })],
  [
    'by pattern',
    statement({ Condition: { StringLike: { [`${HOST}:sub`]: 'system:serviceaccount:openshift-a:*' } } }),
  ],
  [
    'with the audience too',
    statement({ Condition: { StringEquals: { [`${HOST}:sub`]: SUBJECT, [`${HOST}:aud`]: ['openshift'] } } }),
  ],
])('a role that trusts the provider %s takes the token', async (_, trust) => {
  expect(await answer(await token(), account({ trust }))).toBe('accepted');
});

it('a key of another kind under the same id proves nothing', async () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keysJson = JSON.stringify({ keys: [{ ...ec.publicKey.export({ format: 'jwk' }), kid: jwk.kid }] });
  expect(
    await answer(await token(), account({ published: documents({ '/keys.json': keysJson }) })),
  ).toContain('InvalidIdentityToken');
});
