import { describe, expect, it } from 'vitest';
import { SigningKeyConflict, SigningKeyLost } from '../../../../core/domain/errors.ts';
import { OTHER, OURS, PRIVATE, PUBLIC, pemOf, plan, storeWith } from './key.ts';

describe('the changes of a signing key', () => {
  it.each([
    ['nothing is there', {}, undefined, ['create signing key pair']],
    ['nothing is there and the bundle brings a key', {}, pemOf(OTHER), ['create public signing key']],
    ['the pair is there', { pair: OURS, file: pemOf(OURS) }, undefined, []],
    [
      'the pair is there and the bundle brings the same key',
      { pair: OURS, file: pemOf(OURS) },
      pemOf(OURS),
      [],
    ],
    ['the public file is missing', { pair: OURS }, undefined, ['update signing key pair']],
    [
      'the public file is of another key',
      { pair: OURS, file: pemOf(OTHER) },
      undefined,
      ['update signing key pair'],
    ],
    ['somebody else keeps the private key', { file: pemOf(OTHER) }, undefined, []],
    ['somebody else keeps it and the bundle brings the key again', { file: pemOf(OTHER) }, pemOf(OTHER), []],
  ])('when %s', async (_, keys, bundleKey, expected) => {
    const { changes } = await plan(await storeWith(keys), bundleKey);
    expect(changes.map(({ action, resource }) => `${action} ${resource}`)).toEqual(expected);
  });

  it.each([
    ['has a pair', { pair: OURS, file: pemOf(OURS) }],
    ['has a public key', { file: pemOf(OURS) }],
  ])('are refused when the cluster %s and the bundle brings another key', async (_, keys) => {
    const store = await storeWith(keys);
    await expect(plan(store, pemOf(OTHER))).rejects.toThrow(SigningKeyConflict);
  });

  it('are refused when the private key was stored once and is gone', async () => {
    const store = await storeWith({ pair: OURS, file: pemOf(OURS) });
    await store.remove(PRIVATE);
    await expect(plan(store)).rejects.toThrow(SigningKeyLost);
    await expect(plan(store, pemOf(OURS))).rejects.toThrow(SigningKeyLost);
    expect(store.text(PUBLIC)).toBe(pemOf(OURS));
  });
});
