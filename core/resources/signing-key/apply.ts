import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { ObjectStore } from '../../aws/object-store.ts';
import { ChangedSincePlan, ResourceConflict } from '../../domain/errors.ts';
import { keyId, publicKeyPem, readPublicKey } from '../../domain/oidc.ts';
import * as layout from '../../storage/layout.ts';
import { RUN_METADATA } from '../ownership.ts';
import { HAD_PAIR_METADATA, observeSigningKey, PUBLIC_KEY_METADATA } from './observe.ts';

/** Size of ccoctl's keys. */
const MODULUS_BITS = 4096;

const PEM_TYPE = 'application/x-pem-file';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Makes an RSA key pair off the main thread; takes about a second of a whole vCPU. */
export async function generateRsaKeyPair(): Promise<KeyPair> {
  return promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
}

export interface SigningKeyInput {
  readonly clusterName: string;
  readonly run: string;
  /** PEM public key of the bundle; without it the pipeline makes and keeps the pair. */
  readonly bundleKeyPem?: string;
}

/**
 * Stores the cluster's signing key and returns its key id. Safe to run again after any stop: the private
 * key is written only where none is, and a public file is derived from what is stored.
 * Throws ResourceConflict when a key appeared that is not of this run.
 */
export async function applySigningKey(
  { clusterName, run, bundleKeyPem }: SigningKeyInput,
  store: ObjectStore,
  generate: () => Promise<KeyPair> = generateRsaKeyPair,
): Promise<{ readonly kid: string }> {
  if (bundleKeyPem !== undefined) {
    return putPublicFile(clusterName, run, readPublicKey(bundleKeyPem), 'external', store);
  }
  const stored = await putPrivateKey(clusterName, run, await generate(), store);
  return putPublicFile(clusterName, run, stored, 'stored', store);
}

/** Writes the private key where none is, and returns the public half of the one that is there in the end. */
async function putPrivateKey(
  clusterName: string,
  run: string,
  { privateKey, publicKey }: KeyPair,
  store: ObjectStore,
): Promise<KeyObject> {
  const key = layout.privateKey.of({ cluster: clusterName });
  // PKCS#1, as ccoctl writes it and the installer expects it.
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const written = await store.put(key, pem, {
    contentType: PEM_TYPE,
    metadata: {
      [RUN_METADATA]: run,
      [PUBLIC_KEY_METADATA]: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    },
    onlyIf: 'absent',
  });
  if (written !== undefined) return publicKey;
  // An earlier attempt of this run, or somebody else since the plan.
  const { pair } = await observeSigningKey(clusterName, store);
  if (pair?.run !== run) {
    throw new ResourceConflict(
      `A signing key of ${clusterName} appeared while this run made one; it was not touched.`,
    );
  }
  return readPublicKey(pair.publicKeyPem);
}

/** Derives the public file anew from the private key that is stored. */
export async function repairPublicFile(
  { clusterName, run }: Pick<SigningKeyInput, 'clusterName' | 'run'>,
  store: ObjectStore,
): Promise<{ readonly kid: string }> {
  const { pair } = await observeSigningKey(clusterName, store);
  if (pair === undefined)
    throw new ChangedSincePlan(`The private key of ${clusterName} was removed while this run was at work.`);
  return putPublicFile(clusterName, run, readPublicKey(pair.publicKeyPem), 'stored', store);
}

async function putPublicFile(
  clusterName: string,
  run: string,
  publicKey: KeyObject,
  pair: 'stored' | 'external',
  store: ObjectStore,
): Promise<{ readonly kid: string }> {
  await store.put(layout.publicKey.of({ cluster: clusterName }), publicKeyPem(publicKey), {
    contentType: PEM_TYPE,
    metadata: { [RUN_METADATA]: run, [HAD_PAIR_METADATA]: pair },
  });
  return { kid: keyId(publicKey) };
}
