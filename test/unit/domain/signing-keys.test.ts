import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResourceConflict, SigningKeyConflict, SigningKeyLost } from '../../../core/domain/errors.ts';
import {
  type Jwks,
  jwkThumbprint,
  keyId,
  type PublicJwk,
  publicJwk,
  publicKeyPem,
  readPublicKey,
} from '../../../core/domain/oidc.ts';
import type { PublishedKey } from '../../../core/domain/published-key.ts';
import { decideKeys, type KeySituation, publishedJwks } from '../../../core/domain/signing-keys.ts';
import { smallKeyPair } from '../../support/fakes/signing-keys.ts';

/** A key with all that is known of it. */
function keyNamed() {
  const { publicKey } = smallKeyPair();
  const [jwk, kid, pem] = [publicJwk(publicKey), keyId(publicKey), publicKeyPem(publicKey)];
  return { jwk, kid, pem, thumbprint: jwkThumbprint(jwk), known: { kid, publicKeyPem: pem } };
}
type Key = ReturnType<typeof keyNamed>;

const [OURS, THEIRS, NEXT] = [keyNamed(), keyNamed(), keyNamed()] as const;
const record = (
  { kid, thumbprint }: Key,
  state: PublishedKey['state'],
  more: Partial<PublishedKey> = {},
): PublishedKey => ({
  kid,
  thumbprint,
  state,
  ...more,
});
const holds = (...keys: (Key | PublicJwk)[]): Jwks => ({
  keys: keys.map((key) => ('jwk' in key ? (key as Key).jwk : (key as PublicJwk))),
});
const under = (kid: string, { jwk }: Key): PublicJwk => ({ ...jwk, kid });

const NOTHING: KeySituation = {
  issuer: { url: 'https://demo-oidc.example.com', bucket: 'demo-oidc' },
  registered: undefined,
  jwks: undefined,
  acceptedKeys: [],
  exists: false,
  ownSigningKeys: false,
};
/** A registered cluster that signs with a pair of the pipeline. */
const REGISTERED: KeySituation = {
  ...NOTHING,
  registered: { keyId: OURS.kid, keys: [record(OURS, 'signing')] },
  jwks: holds(OURS),
  pair: OURS.known,
  publicFile: { ...OURS.known, hadPair: true },
  exists: true,
};
const knowing = (...keys: PublishedKey[]): Partial<KeySituation> => ({
  registered: { keyId: OURS.kid, keys: [record(OURS, 'signing'), ...keys] },
});
/** What ccoctl made, which no run has seen yet. */
const FOUND: KeySituation = { ...NOTHING, jwks: holds(THEIRS), exists: true };
const EXISTING: KeySituation = {
  ...NOTHING,
  issuer: { url: 'https://oidc.example.com', bucket: undefined },
  jwks: holds(THEIRS, NEXT),
  exists: true,
};

/** States by who the key is, of the keys that are on record. */
function statesOf(keys: readonly PublishedKey[]): Record<string, string> {
  const names = new Map([OURS, THEIRS, NEXT].map(({ thumbprint }, index) => [thumbprint, index]));
  return Object.fromEntries(
    keys.map(({ thumbprint, state, withdrawn }) => [
      ['ours', 'theirs', 'next'][names.get(thumbprint) ?? -1],
      withdrawn === true ? `${state}, withdrawn` : state,
    ]),
  );
}

describe('a cluster signs with', () => {
  it.each<[string, KeySituation, Key | undefined, Record<string, string>]>([
    ['a pair that is made, when nothing is there', NOTHING, undefined, {}],
    [
      'the key of the bundle, where that is allowed',
      { ...NOTHING, bundleKeyPem: OURS.pem, ownSigningKeys: true },
      OURS,
      { ours: 'signing' },
    ],
    [
      'the pair that a run left which came to no end',
      { ...NOTHING, pair: OURS.known },
      OURS,
      { ours: 'signing' },
    ],
    ['a pair that is made beside a key that ccoctl published', FOUND, undefined, { theirs: 'stranger' }],
    [
      'the key that ccoctl published, when the bundle says so',
      { ...FOUND, bundleKeyPem: THEIRS.pem },
      THEIRS,
      { theirs: 'signing' },
    ],
    [
      'a pair beside keys of which some are accepted',
      { ...FOUND, jwks: holds(THEIRS, NEXT), acceptedKeys: [NEXT.kid] },
      undefined,
      { theirs: 'stranger', next: 'next' },
    ],
    ['the key on record', REGISTERED, OURS, { ours: 'signing' }],
    [
      'the key on record, which the bundle names',
      { ...REGISTERED, bundleKeyPem: OURS.pem },
      OURS,
      { ours: 'signing' },
    ],
    [
      'the key on record, whatever the public file holds',
      { ...REGISTERED, publicFile: { ...THEIRS.known, hadPair: false } },
      OURS,
      { ours: 'signing' },
    ],
    [
      'the key on record, also when all keys are lost',
      { ...REGISTERED, ...knowing(record(NEXT, 'next'), record(THEIRS, 'retired')), jwks: undefined },
      OURS,
      { ours: 'signing', next: 'next', theirs: 'retired, withdrawn' },
    ],
    [
      'the key that it was rotated to, while the one before is published',
      { ...REGISTERED, jwks: holds(OURS, NEXT), bundleKeyPem: NEXT.pem },
      NEXT,
      { next: 'signing', ours: 'retired' },
    ],
    [
      'the key that it was rotated to, when the one before is gone',
      { ...REGISTERED, jwks: holds(NEXT), bundleKeyPem: NEXT.pem },
      NEXT,
      { next: 'signing', ours: 'retired, withdrawn' },
    ],
    [
      'the key that was its next one',
      { ...REGISTERED, ...knowing(record(NEXT, 'next')), jwks: holds(OURS, NEXT), bundleKeyPem: NEXT.pem },
      NEXT,
      { next: 'signing', ours: 'retired' },
    ],
    [
      'the key that was taken for a stranger’s, when the bundle says so',
      {
        ...REGISTERED,
        ...knowing(record(THEIRS, 'stranger')),
        jwks: holds(THEIRS, OURS),
        bundleKeyPem: THEIRS.pem,
      },
      THEIRS,
      { theirs: 'signing', ours: 'retired' },
    ],
    [
      'the key on record, and knows others',
      {
        ...REGISTERED,
        ...knowing(record(NEXT, 'next'), record(THEIRS, 'stranger')),
        jwks: holds(OURS, THEIRS, NEXT),
      },
      OURS,
      { ours: 'signing', theirs: 'stranger', next: 'next' },
    ],
    [
      'the key on record, and forgets a stranger’s that is gone',
      { ...REGISTERED, ...knowing(record(THEIRS, 'stranger')) },
      OURS,
      { ours: 'signing' },
    ],
    [
      'the key on record, and remembers what was taken out',
      { ...REGISTERED, ...knowing(record(THEIRS, 'retired'), record(NEXT, 'next')) },
      OURS,
      { ours: 'signing', theirs: 'retired, withdrawn', next: 'retired, withdrawn' },
    ],
    [
      'the key on record, and accepts one by its thumbprint',
      { ...REGISTERED, jwks: holds(OURS, NEXT), acceptedKeys: [NEXT.thumbprint] },
      OURS,
      { ours: 'signing', next: 'next' },
    ],
    [
      'the key on record, where its registry entry knows no others',
      { ...REGISTERED, registered: { keyId: OURS.kid }, jwks: holds(OURS, THEIRS) },
      OURS,
      { ours: 'signing', theirs: 'stranger' },
    ],
    [
      'nobody knows which key, at an issuer of somebody else',
      EXISTING,
      undefined,
      { theirs: 'stranger', next: 'stranger' },
    ],
    [
      'the key of the bundle, at an issuer of somebody else that publishes it',
      { ...EXISTING, bundleKeyPem: THEIRS.pem, acceptedKeys: [NEXT.kid] },
      THEIRS,
      { theirs: 'signing', next: 'next' },
    ],
    [
      'the key of the bundle, at an issuer that cannot be read from here',
      { ...EXISTING, jwks: undefined, bundleKeyPem: THEIRS.pem },
      THEIRS,
      { theirs: 'signing' },
    ],
    [
      'the key on record, at an issuer that cannot be read from here',
      {
        ...EXISTING,
        jwks: undefined,
        registered: { keyId: THEIRS.kid, keys: [record(THEIRS, 'signing'), record(NEXT, 'next')] },
      },
      THEIRS,
      { theirs: 'signing', next: 'next' },
    ],
  ])('%s', (_, situation, signing, states) => {
    const { kid, keys } = decideKeys(situation);
    expect(kid).toBe(signing?.kid);
    expect(statesOf(keys)).toEqual(states);
  });

  it('a key that it has in full, wherever the public key is kept', () => {
    for (const situation of [
      REGISTERED,
      { ...FOUND, bundleKeyPem: THEIRS.pem },
      { ...REGISTERED, pair: undefined, publicFile: undefined },
    ]) {
      const { kid, publicKeyPem: pem = '' } = decideKeys(situation);
      expect(keyId(readPublicKey(pem))).toBe(kid);
    }
  });
});

describe('there is no run when', () => {
  it.each<[string, KeySituation, new (message: string) => Error, RegExp]>([
    [
      'a bundle brings the key of a new cluster',
      { ...NOTHING, bundleKeyPem: OURS.pem },
      SigningKeyConflict,
      /-c ownSigningKeys=true/,
    ],
    [
      'it brings one for what ccoctl made, which is not published there',
      { ...FOUND, bundleKeyPem: OURS.pem, ownSigningKeys: true },
      SigningKeyConflict,
      new RegExp(`${OURS.kid}, and the cluster exists.*${THEIRS.thumbprint}`),
    ],
    [
      'it brings one for a cluster whose JWKS is missing',
      { ...FOUND, jwks: undefined, bundleKeyPem: OURS.pem, ownSigningKeys: true },
      SigningKeyConflict,
      /no key at all/,
    ],
    [
      'it brings another one than a registered cluster has',
      { ...REGISTERED, bundleKeyPem: THEIRS.pem, ownSigningKeys: true },
      SigningKeyConflict,
      new RegExp(`The cluster's key is ${OURS.kid}`),
    ],
    [
      'it brings one for an issuer of somebody else that does not publish it',
      { ...EXISTING, jwks: holds(), exists: false, bundleKeyPem: OURS.pem, ownSigningKeys: true },
      SigningKeyConflict,
      /The JWKS of https:\/\/oidc.example.com does not hold/,
    ],
    [
      'the cluster was rotated by hand and nobody said so',
      { ...REGISTERED, jwks: holds(NEXT) },
      SigningKeyConflict,
      /publicKeyFile.*aws s3 rm s3:\/\/demo-oidc\/keys.json/,
    ],
    [
      'it was, and the bundle names the key before',
      { ...REGISTERED, jwks: holds(NEXT), bundleKeyPem: OURS.pem },
      SigningKeyConflict,
      /not published again unasked/,
    ],
    ['all keys were taken out', { ...REGISTERED, jwks: holds() }, SigningKeyConflict, /no key at all/],
    [
      'a key appeared that nobody accepted',
      { ...REGISTERED, jwks: holds(OURS, THEIRS) },
      ResourceConflict,
      new RegExp(`${THEIRS.kid} \\(thumbprint ${THEIRS.thumbprint}\\)[\\s\\S]*acceptedKeys`),
    ],
    [
      'one that was taken out is there again',
      {
        ...REGISTERED,
        ...knowing(record(THEIRS, 'retired', { withdrawn: true })),
        jwks: holds(OURS, THEIRS),
      },
      ResourceConflict,
      new RegExp(THEIRS.kid),
    ],
    [
      'another key stands under the signing key’s id',
      { ...REGISTERED, jwks: holds(OURS, under(OURS.kid, THEIRS)) },
      ResourceConflict,
      new RegExp(`own id ${OURS.kid}: thumbprint ${THEIRS.thumbprint}`),
    ],
    [
      'another key took its place under its id',
      { ...REGISTERED, jwks: holds(under(OURS.kid, THEIRS)) },
      ResourceConflict,
      /remove the whole document/,
    ],
    [
      'it did, and an earlier release took it for the signing key',
      {
        ...REGISTERED,
        registered: {
          keyId: OURS.kid,
          keys: [{ kid: OURS.kid, thumbprint: THEIRS.thumbprint, state: 'signing' }],
        },
        jwks: holds(under(OURS.kid, THEIRS)),
      },
      ResourceConflict,
      new RegExp(THEIRS.thumbprint),
    ],
    [
      'another key stands under the id of the bundle’s',
      { ...FOUND, jwks: holds(THEIRS, under(THEIRS.kid, OURS)), bundleKeyPem: THEIRS.pem },
      ResourceConflict,
      new RegExp(OURS.thumbprint),
    ],
    [
      'another key stands under the id of the next one',
      { ...REGISTERED, ...knowing(record(NEXT, 'next')), jwks: holds(OURS, under(NEXT.kid, THEIRS)) },
      ResourceConflict,
      /another key under the known id/,
    ],
    [
      'a key is accepted that is not there',
      { ...REGISTERED, acceptedKeys: [NEXT.kid] },
      ResourceConflict,
      new RegExp(`acceptedKeys in cluster.yaml names ${NEXT.kid}`),
    ],
    [
      'an id is accepted that several keys have',
      { ...FOUND, jwks: holds(NEXT, under(NEXT.kid, THEIRS)), acceptedKeys: [NEXT.kid] },
      ResourceConflict,
      /Name the thumbprint/,
    ],
    [
      'the JWKS is lost, and the public key too',
      { ...REGISTERED, jwks: undefined, pair: undefined, publicFile: undefined },
      SigningKeyLost,
      /publicKeyFile/,
    ],
  ])('%s', (_, situation, error, message) => {
    expect(() => decideKeys(situation)).toThrow(error);
    expect(() => decideKeys(situation)).toThrow(message);
  });
});

describe('whatever happens to a cluster', () => {
  const KEYS = [OURS, THEIRS, NEXT, keyNamed()];
  const key = fc.nat(KEYS.length - 1);
  const step = fc.oneof(
    fc.record({
      does: fc.constant('prepare' as const),
      told: fc.option(key),
      accepts: fc.array(key, { maxLength: 2 }),
    }),
    fc.record({ does: fc.constant('publish' as const), key }),
    fc.record({ does: fc.constant('take out' as const), key }),
    fc.record({ does: fc.constant('swap' as const), key, under: key }),
    fc.record({ does: fc.constant('lose' as const) }),
  );

  it('no run publishes a key that was taken out, or takes an unknown key for the cluster’s unasked', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        let jwks: Jwks | undefined;
        let registered: KeySituation['registered'];
        const said = new Set<string>([OURS.thumbprint]);
        for (const each of steps) {
          const keys = jwks?.keys ?? [];
          const named = KEYS['key' in each ? each.key : 0] as Key;
          if (each.does === 'publish') jwks = { keys: [...keys, named.jwk] };
          else if (each.does === 'take out')
            jwks = jwks && { keys: keys.filter((jwk) => jwkThumbprint(jwk) !== named.thumbprint) };
          else if (each.does === 'swap')
            jwks = { keys: [...keys, under((KEYS[each.under] as Key).kid, named)] };
          else if (each.does === 'lose') jwks = undefined;
          else {
            const told = each.told === null ? undefined : KEYS[each.told];
            const accepted = each.accepts.map((index) => KEYS[index] as Key);
            const before = registered?.keys ?? [];
            let decided: ReturnType<typeof decideKeys>;
            try {
              decided = decideKeys({
                ...NOTHING,
                registered,
                jwks,
                pair: OURS.known,
                bundleKeyPem: told?.pem,
                acceptedKeys: accepted.map(({ thumbprint }) => thumbprint),
                exists: registered !== undefined,
              });
            } catch (error) {
              expect((error as Error).name).toMatch(/^(ResourceConflict|SigningKey(Conflict|Lost))$/);
              continue;
            }
            for (const { thumbprint } of [...accepted, ...(told === undefined ? [] : [told])])
              said.add(thumbprint);
            const { publicKeyPem: pem = '', keys: after } = decided;
            const there = new Set(keys.map(jwkThumbprint));
            const written = publishedJwks(jwks, publicJwk(readPublicKey(pem)), after);
            for (const added of written.keys.map(jwkThumbprint).filter((each) => !there.has(each))) {
              expect(said).toContain(added);
              // A JWKS that is there gets no key again that was in it.
              if (jwks !== undefined) expect(before.map(({ thumbprint }) => thumbprint)).not.toContain(added);
              expect(before.find(({ thumbprint }) => thumbprint === added)?.state).not.toBe('retired');
            }
            for (const { thumbprint, state } of after)
              if (!said.has(thumbprint)) expect(state).toBe('stranger');
            expect(new Set(after.map(({ thumbprint }) => thumbprint)).size).toBe(after.length);
            expect(after.filter(({ state }) => state === 'signing')).toHaveLength(1);
            jwks = written;
            registered = { keyId: decided.kid ?? '', keys: after };
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
