import { describe, expect, it } from 'vitest';
import { ResourceConflict } from '../../../../core/domain/errors.ts';
import { observeSigningKey, readStoredPublicKey } from '../../../../core/resources/signing-key/observe.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { kidOf, OTHER, OURS, PRIVATE, PUBLIC, pemOf, storeWith } from './key.ts';

const DEMO = { cluster: 'demo' };

describe('observing a signing key', () => {
  it('gives nothing when there is none', async () => {
    await expect(observeSigningKey(DEMO, { store: fakeStore() })).resolves.toEqual({});
  });

  it('gives a pair and its public file', async () => {
    const store = await storeWith({ pair: OURS, file: pemOf(OURS) });
    const key = { publicKeyPem: pemOf(OURS), kid: kidOf(OURS) };
    await expect(observeSigningKey(DEMO, { store })).resolves.toEqual({
      pair: { ...key, run: 'earlier' },
      publicFile: { ...key, hadPair: true },
    });
  });

  it('gives a public key whose private half somebody else keeps', async () => {
    const store = await storeWith({ file: pemOf(OTHER) });
    await expect(observeSigningKey(DEMO, { store })).resolves.toEqual({
      publicFile: { publicKeyPem: pemOf(OTHER), kid: kidOf(OTHER), hadPair: false },
    });
  });

  it('never reads the private key', async () => {
    const store = await storeWith({ pair: OURS, file: pemOf(OURS) });
    const read: string[] = [];
    const get = (key: string) => {
      read.push(key);
      return store.get(key);
    };
    await observeSigningKey(DEMO, { store: { ...store, get } });
    expect(read).toEqual([PUBLIC]);
  });

  it('refuses a private key that the pipeline did not write', async () => {
    const store = fakeStore({ [PRIVATE]: 'a key of somebody' });
    await expect(observeSigningKey(DEMO, { store })).rejects.toThrow(ResourceConflict);
    await expect(observeSigningKey(DEMO, { store })).rejects.not.toThrow('a key of somebody');
  });
});

describe('the public key for the tasks after CreateKeyPair', () => {
  it('is the public file', async () => {
    const key = await readStoredPublicKey('demo', await storeWith({ file: pemOf(OTHER) }));
    expect(key.equals(OTHER.publicKey)).toBe(true);
  });

  it('is an error when there is none', async () => {
    await expect(readStoredPublicKey('demo', fakeStore())).rejects.toThrow(`${PUBLIC} is not there.`);
  });
});
