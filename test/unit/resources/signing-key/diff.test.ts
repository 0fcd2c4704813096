import { describe, expect, it } from 'vitest';
import { SigningKeyLost } from '../../../../core/domain/errors.ts';
import { OTHER, OURS, PRIVATE, PUBLIC, pemOf, plan, storeWith } from './key.ts';

const PUBLIC_FILE = ['update signing key pair: public key file'];

describe('the changes of the files of a signing key', () => {
  it.each([
    ['no key is known', {}, undefined, ['create signing key pair: all']],
    ['the key is kept elsewhere and nothing is there', {}, pemOf(OTHER), ['create public signing key: all']],
    ['the pair is there', { pair: OURS, file: pemOf(OURS) }, pemOf(OURS), []],
    ['the public file is missing', { pair: OURS }, pemOf(OURS), PUBLIC_FILE],
    ['the public file is of another key', { pair: OURS, file: pemOf(OTHER) }, pemOf(OURS), PUBLIC_FILE],
    ['the key is kept elsewhere', { file: pemOf(OTHER) }, pemOf(OTHER), []],
    ['the cluster signs with another key now', { pair: OURS, file: pemOf(OURS) }, pemOf(OTHER), PUBLIC_FILE],
    ['it does, and neither is kept here', { file: pemOf(OURS) }, pemOf(OTHER), PUBLIC_FILE],
  ])('when %s', async (_, keys, pem, expected) => {
    const { changes } = await plan(await storeWith(keys), pem);
    expect(changes.map(({ action, resource, part }) => `${action} ${resource}: ${part}`)).toEqual(expected);
  });

  it('are none where somebody else keeps the issuer', async () => {
    expect((await plan(await storeWith({}), undefined, { isKept: false })).changes).toEqual([]);
  });

  it('are refused when the private key was stored once and is gone, unless it is said to be elsewhere', async () => {
    const store = await storeWith({ pair: OURS, file: pemOf(OURS) });
    await store.remove(PRIVATE);
    await expect(plan(store, pemOf(OURS))).rejects.toThrow(SigningKeyLost);
    expect(store.text(PUBLIC)).toBe(pemOf(OURS));
    const { changes } = await plan(store, pemOf(OURS), { isBrought: true });
    expect(changes.map(({ part }) => part)).toEqual(['public key file']);
  });
});
