import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeySituation } from '../../../core/domain/key-situation.ts';
import { type Jwks, jwkThumbprint, keyId, publicJwk, readPublicKey } from '../../../core/domain/oidc.ts';
import type { PublishedKey } from '../../../core/domain/published-key.ts';
import { decideKeys, publishedJwks } from '../../../core/domain/signing-keys.ts';
import {
  EXISTING,
  FOUND,
  holds,
  type Key,
  keyNamed,
  knowing,
  NEXT,
  NOTHING,
  OURS,
  REGISTERED,
  record,
  THEIRS,
  under,
} from './known-keys.ts';

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
