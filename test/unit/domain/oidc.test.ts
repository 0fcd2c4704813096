import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  discoveryDocument,
  formatJwks,
  isKeyOf,
  type Jwks,
  jwkThumbprint,
  keyId,
  mergeJwks,
  type PublicJwk,
  parseJwks,
  publicJwk,
  publicKeyPem,
  publicMembers,
  readPublicKey,
} from '../../../core/domain/oidc.ts';
import { PUBLIC_KEY, smallKeyPair } from '../../support/fakes/signing-keys.ts';

const ISSUER = 'https://demo-oidc.s3.us-east-1.amazonaws.com';
const KEY = createPublicKey(PUBLIC_KEY.pem);

describe('the discovery document', () => {
  it('is what ccoctl writes, to the byte', () => {
    const text = discoveryDocument(ISSUER);
    expect(text.split('\n')).toEqual([
      '{',
      `\t"issuer": "${ISSUER}",`,
      `\t"jwks_uri": "${ISSUER}/keys.json",`,
      '    "response_types_supported": [',
      '        "id_token"',
      '    ],',
      '    "subject_types_supported": [',
      '        "public"',
      '    ],',
      '    "id_token_signing_alg_values_supported": [',
      '        "RS256"',
      '    ],',
      '    "claims_supported": [',
      '        "aud",',
      '        "exp",',
      '        "sub",',
      '        "iat",',
      '        "iss",',
      '        "sub"',
      '    ]',
      '}',
    ]);
  });

  it('has every member that IAM requires', () => {
    expect(JSON.parse(discoveryDocument(ISSUER))).toMatchObject({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/keys.json`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      claims_supported: expect.arrayContaining(['aud', 'iat', 'iss']),
    });
  });
});

describe('a public key', () => {
  it('has the key id that openssl computes from its SubjectPublicKeyInfo', () => {
    expect(keyId(KEY)).toBe(PUBLIC_KEY.kid);
  });

  it('has the same key id when it comes as PKCS#1', () => {
    expect(keyId(readPublicKey(PUBLIC_KEY.pkcs1Pem))).toBe(PUBLIC_KEY.kid);
  });

  it('is a JWK with the members of ccoctl, in its order', () => {
    expect(Object.entries(publicJwk(KEY))).toEqual([
      ['use', 'sig'],
      ['kty', 'RSA'],
      ['kid', PUBLIC_KEY.kid],
      ['alg', 'RS256'],
      ['n', PUBLIC_KEY.n],
      ['e', 'AQAB'],
    ]);
  });

  it('has no private member in its JWK, even when the key is private', () => {
    const { privateKey } = smallKeyPair();
    expect(Object.keys(publicJwk(createPublicKey(privateKey)))).toEqual([
      'use',
      'kty',
      'kid',
      'alg',
      'n',
      'e',
    ]);
  });

  it('of another kind has no JWK', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => publicJwk(publicKey)).toThrow(TypeError);
  });

  it('is written as SubjectPublicKeyInfo, whatever it was', () => {
    expect(publicKeyPem(readPublicKey(PUBLIC_KEY.pkcs1Pem))).toBe(PUBLIC_KEY.pem);
  });
});

describe('reading a public key refuses', () => {
  const pem = { publicKeyEncoding: { type: 'spki', format: 'pem' } } as const;
  const pairs = {
    private: smallKeyPair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privatePkcs1: smallKeyPair().privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    short: generateKeyPairSync('rsa', {
      modulusLength: 1024,
      ...pem,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).publicKey,
    curve: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
    edwards: generateKeyPairSync('ed25519').publicKey,
    pss: generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey,
  };
  const spki = (key: typeof pairs.curve) => key.export({ type: 'spki', format: 'pem' }).toString();

  it.each<[string, string, RegExp]>([
    ['a private key', pairs.private, /private key/],
    ['a private key of PKCS#1', pairs.privatePkcs1, /private key/],
    ['a private key after a public one', PUBLIC_KEY.pem + pairs.private, /private key/],
    ['1,024 bits', pairs.short, /1024 bits/],
    ['an elliptic curve', spki(pairs.curve), /type ec/],
    ['Ed25519', spki(pairs.edwards), /type ed25519/],
    ['RSA-PSS, which is not RS256', spki(pairs.pss), /type rsa-pss/],
    ['text', 'hello', /not a PEM/],
    ['nothing', '', /not a PEM/],
    ['a cut file', PUBLIC_KEY.pem.slice(0, 200), /not a PEM/],
  ])('%s', (_, text, message) => {
    expect(() => readPublicKey(text)).toThrow(TypeError);
    expect(() => readPublicKey(text)).toThrow(message);
  });

  it('without a word of the key in the message', () => {
    const body = pairs.private.split('\n')[1] ?? '';
    expect(() => readPublicKey(pairs.private)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(body) }),
    );
  });
});

describe('a JWKS', () => {
  const jwk = fc.record({
    kid: fc.string({ maxLength: 3 }),
    n: fc.string(),
  }) satisfies fc.Arbitrary<PublicJwk>;
  // A key that is there twice is there once afterwards, see below.
  const jwks: fc.Arbitrary<Jwks | undefined> = fc.option(
    fc.record({ keys: fc.uniqueArray(jwk, { selector: ({ kid, n }) => JSON.stringify([kid, n]) }) }),
    { nil: undefined },
  );

  it('never loses a key in a merge, nor the order', () => {
    fc.assert(
      fc.property(jwks, jwk, (existing, key) => {
        const before = existing?.keys ?? [];
        const merged = mergeJwks(existing, key);
        expect(merged.keys.slice(0, before.length)).toEqual(before);
        expect(merged.keys.map(({ kid }) => kid)).toContain(key.kid);
        expect(merged.keys.length - before.length).toBeLessThanOrEqual(1);
      }),
      { examples: [[{ keys: [{ kid: '', n: '' }] }, { kid: '', n: '' }]] },
    );
  });

  it('is the same after a second merge of the same key', () => {
    fc.assert(
      fc.property(jwks, jwk, (existing, key) => {
        const once = mergeJwks(existing, key);
        expect(mergeJwks(once, key)).toEqual(once);
      }),
    );
  });

  const OURS = publicJwk(KEY);
  const THEIRS = { kid: 'theirs', kty: 'EC', x: 'a' };
  it.each<[string, readonly PublicJwk[], readonly PublicJwk[]]>([
    ['as it is, other members included', [{ ...OURS, x5c: ['c'] }], [{ ...OURS, x5c: ['c'] }]],
    ['fit for use, for tokens', [{ ...OURS, use: 'enc' }, THEIRS], [OURS, THEIRS]],
    ['fit for use, without operations', [THEIRS, { ...OURS, key_ops: [] }], [THEIRS, OURS]],
    ['once', [OURS, THEIRS, OURS], [OURS, THEIRS]],
    [
      'beside another one of the same id',
      [{ ...THEIRS, kid: OURS.kid }],
      [{ ...THEIRS, kid: OURS.kid }, OURS],
    ],
    ['beside itself under another id', [{ ...OURS, kid: 'alias' }], [{ ...OURS, kid: 'alias' }, OURS]],
  ])('has the key %s', (_, before, after) => {
    expect(mergeJwks({ keys: before }, OURS)).toEqual({ keys: after });
  });

  it.each<[string, PublicJwk, boolean]>([
    ['the key itself', OURS, true],
    ['another key under its id', { ...publicJwk(smallKeyPair().publicKey), kid: OURS.kid }, false],
    ['the key under another id', { ...OURS, kid: 'alias' }, false],
    ['a key of which only a certificate is there', { kid: OURS.kid, kty: 'RSA', x5c: ['c'] }, false],
    ['what is no number', { ...OURS, n: 1 }, false],
  ])('knows a key by itself, not by its id: %s', (_, jwk, expected) => {
    expect(isKeyOf(OURS.kid, jwk)).toBe(expected);
  });

  it('tells keys apart of which only the certificates are there', () => {
    const certificate = (text: string) => jwkThumbprint({ kid: 'a', kty: 'RSA', x5c: [text] });
    expect(certificate('a')).not.toBe(certificate('b'));
  });

  it('is kept without private members', () => {
    expect(publicMembers({ ...OURS, d: 'AQ', x5c: ['c'] })).toEqual(OURS);
  });

  it('is indented as ccoctl does', () => {
    expect(formatJwks({ keys: [publicJwk(KEY)] }).split('\n')).toEqual([
      '{',
      '    "keys": [',
      '        {',
      '            "use": "sig",',
      '            "kty": "RSA",',
      `            "kid": "${PUBLIC_KEY.kid}",`,
      '            "alg": "RS256",',
      `            "n": "${PUBLIC_KEY.n}",`,
      '            "e": "AQAB"',
      '        }',
      '    ]',
      '}',
    ]);
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.record({ keys: fc.array(jwk) }), (set) => {
        expect(parseJwks(formatJwks(set))).toEqual(set);
      }),
    );
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"keys":{}}',
    '{"keys":[null]}',
    '{"keys":[{}]}',
    '{"keys":[{"kid":1}]}',
  ])('is not read from %s', (text) => {
    expect(parseJwks(text)).toBeUndefined();
  });
});
