import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ChangedSincePlan, ResourceConflict } from '../../../../core/domain/errors.ts';
import {
  generateRsaKeyPair,
  makeSigningKey,
  writePublicFile,
} from '../../../../core/resources/signing-key/apply.ts';
import { RUN } from '../../../support/fakes/demo-cluster.ts';
import { losingAnswerOf } from '../../../support/fakes/faults.ts';
import { type FakeStore, fakeStore } from '../../../support/fakes/object-store.ts';
import { kidOf, OTHER, OURS, PRIVATE, PUBLIC, pemOf, signingWith, storeWith } from './key.ts';

const NONE = signingWith(undefined);
const publicOf = (store: FakeStore) => createPublicKey(createPrivateKey(store.text(PRIVATE) ?? ''));

describe('making a signing key', () => {
  it('stores both halves, each with the run and no secret in its metadata', async () => {
    const store = fakeStore();
    await expect(makeSigningKey(NONE, { store, generate: async () => OURS })).resolves.toEqual({
      kid: kidOf(OURS),
    });
    expect(publicOf(store).equals(OURS.publicKey)).toBe(true);
    expect(store.text(PUBLIC)).toBe(pemOf(OURS));
    const [privateFacts, publicFacts] = await Promise.all([store.head(PRIVATE), store.head(PUBLIC)]);
    const der = OURS.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    expect(privateFacts?.metadata).toEqual({ 'sts-prep-run': RUN, 'sts-prep-public-key': der });
    expect(publicFacts?.metadata).toEqual({ 'sts-prep-run': RUN, 'sts-prep-key-pair': 'stored' });
  });

  it('writes the private key as the installer expects it, PKCS#1', async () => {
    const store = fakeStore();
    await makeSigningKey(NONE, { store, generate: async () => OURS });
    expect(store.text(PRIVATE)?.split('\n')[0]).toBe(['-----BEGIN', 'RSA', 'PRIVATE', 'KEY-----'].join(' '));
  });

  it('makes keys of 4,096 bits', async () => {
    const { publicKey } = await generateRsaKeyPair();
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(4096);
  });

  it('keeps the first key when the answer was lost and the next attempt makes another', async () => {
    const store = fakeStore();
    const unreliable = losingAnswerOf(store, 'put');
    await expect(makeSigningKey(NONE, { store: unreliable, generate: async () => OURS })).rejects.toThrow();
    await expect(makeSigningKey(NONE, { store: unreliable, generate: async () => OTHER })).resolves.toEqual({
      kid: kidOf(OURS),
    });
    expect(publicOf(store).equals(OURS.publicKey)).toBe(true);
    expect(store.text(PUBLIC)).toBe(pemOf(OURS));
    expect(store.versions.get(PRIVATE)).toHaveLength(1);
  });

  it('leaves alone a key of another run that appeared meanwhile', async () => {
    const store = await storeWith({ pair: OTHER, file: pemOf(OTHER) });
    await expect(makeSigningKey(NONE, { store, generate: async () => OURS })).rejects.toThrow(
      ResourceConflict,
    );
    expect(store.writes).toEqual([]);
  });
});

describe('writing the public file', () => {
  it.each([
    ['whose private half is kept elsewhere', false, 'external'],
    ['whose private half is stored', true, 'stored'],
  ])('of a key %s says so, and the private key stays as it is', async (_, hasPair, says) => {
    const store = await storeWith(hasPair ? { pair: OURS, file: pemOf(OTHER) } : { pair: OTHER });
    await expect(writePublicFile(signingWith(pemOf(OURS), { hasPair }), { store })).resolves.toEqual({
      kid: kidOf(OURS),
    });
    expect(store.text(PUBLIC)).toBe(pemOf(OURS));
    expect(store.writes).toEqual([`put ${PUBLIC}`]);
    expect((await store.head(PUBLIC))?.metadata).toMatchObject({ 'sts-prep-key-pair': says });
  });

  it.each([
    ['was removed', {}],
    ['became another one', { pair: OTHER }],
  ])('stops when the private key %s since the plan', async (_, keys) => {
    const store = await storeWith(keys);
    await expect(writePublicFile(signingWith(pemOf(OURS), { hasPair: true }), { store })).rejects.toThrow(
      ChangedSincePlan,
    );
    expect(store.writes).toEqual([]);
  });
});
