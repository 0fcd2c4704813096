import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { ObjectStore } from '../../aws/object-store.ts';
import { keyId, publicKeyPem, readPublicKey } from '../../domain/oidc.ts';
import { ResourceConflict } from '../../runtime/errors.ts';
import { RUN_METADATA } from '../ownership.ts';
import { HAD_PAIR_METADATA, observeSigningKey, PUBLIC_KEY_METADATA } from './observe.ts';
import { installKey, PRIVATE_KEY_FILE, PUBLIC_KEY_FILE } from './paths.ts';

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
  const state = await observeSigningKey(clusterName, store);
  if (state.pair !== undefined)
    return putPublicFile(clusterName, run, readPublicKey(state.pair.publicKeyPem), 'stored', store);
  if (bundleKeyPem !== undefined)
    return putPublicFile(clusterName, run, readPublicKey(bundleKeyPem), 'external', store);
  if (state.publicFile !== undefined) return { kid: state.publicFile.kid };

  const { privateKey, publicKey } = await generate();
  const written = await store.put(
    installKey(clusterName, PRIVATE_KEY_FILE),
    // PKCS#1, as ccoctl writes it and the installer expects it.
    privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    {
      contentType: PEM_TYPE,
      metadata: {
        [RUN_METADATA]: run,
        [PUBLIC_KEY_METADATA]: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      },
      onlyIf: 'absent',
    },
  );
  if (written === undefined) {
    throw new ResourceConflict(
      `A signing key of ${clusterName} appeared while this run made one; it was not touched.`,
    );
  }
  return putPublicFile(clusterName, run, publicKey, 'stored', store);
}

async function putPublicFile(
  clusterName: string,
  run: string,
  publicKey: KeyObject,
  pair: 'stored' | 'external',
  store: ObjectStore,
): Promise<{ readonly kid: string }> {
  await store.put(installKey(clusterName, PUBLIC_KEY_FILE), publicKeyPem(publicKey), {
    contentType: PEM_TYPE,
    metadata: { [RUN_METADATA]: run, [HAD_PAIR_METADATA]: pair },
  });
  return { kid: keyId(publicKey) };
}
