import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { ObjectStore } from '../../aws/object-store.ts';
import { ChangedSincePlan, ResourceConflict } from '../../domain/errors.ts';
import { keyId, publicKeyPem, readPublicKey } from '../../domain/oidc.ts';
import * as layout from '../../storage/layout.ts';
import { RUN_METADATA } from '../ownership.ts';
import type { Step } from '../resource.ts';
import type { DesiredKey } from './checks.ts';
import { MAKE_KEY_PAIR } from './diff.ts';
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

type KeyStep = Step<DesiredKey, { readonly kid: string }>;

interface Access {
  readonly store: ObjectStore;
  readonly generate?: () => Promise<KeyPair>;
}

/** Makes the pair, or writes the public file of a key that is there; a private key that exists is never replaced. */
export async function applySigningKey(step: KeyStep, access: Access): Promise<void> {
  const [change] = step.changes;
  if (change === undefined) return;
  const { action, resource } = MAKE_KEY_PAIR;
  if (change.action === action && change.resource === resource) await makeSigningKey(step, access);
  else await writePublicFile(step, access);
}

/**
 * Stores a new signing key and returns its key id. Safe to run again after any stop: the private key is written only
 * where none is, and the public file is derived from what is stored.
 * Throws ResourceConflict when a key appeared that is not of this run.
 */
export async function makeSigningKey(
  { cluster, run }: Pick<KeyStep, 'cluster' | 'run'>,
  { store, generate = generateRsaKeyPair }: Access,
): Promise<{ readonly kid: string }> {
  const file = { cluster, run, store };
  const publicKey = await putPrivateKey({ ...file, made: await generate() });
  return putPublicFile({ ...file, publicKey, pair: 'stored' });
}

/**
 * Writes the public file of the key that the cluster signs with, and in it whether the private half is kept here. Throws
 * ChangedSincePlan when the private key was removed since the plan.
 */
export async function writePublicFile(
  { cluster, run, desired: { kid, publicKeyPem, hasPair } }: Pick<KeyStep, 'cluster' | 'run' | 'desired'>,
  { store }: Pick<Access, 'store'>,
): Promise<{ readonly kid: string }> {
  if (publicKeyPem === undefined) throw new Error(`The plan has no public key of ${cluster}.`);
  if (hasPair) {
    const { pair } = await observeSigningKey({ cluster }, { store });
    if (pair?.kid !== kid)
      throw new ChangedSincePlan(`The private key of ${cluster} was removed while this run was at work.`);
  }
  const pair = hasPair ? 'stored' : 'external';
  return putPublicFile({ cluster, run, store, publicKey: readPublicKey(publicKeyPem), pair });
}

/** Where a file of the key is written, and by whom. */
interface KeyFile {
  readonly cluster: string;
  readonly run: string;
  readonly store: ObjectStore;
}

/** Writes the private key where none is, and returns the public half of the one that is there in the end. */
async function putPrivateKey({
  cluster,
  run,
  store,
  made: { privateKey, publicKey },
}: KeyFile & { readonly made: KeyPair }): Promise<KeyObject> {
  const key = layout.privateKey.of({ cluster });
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
  const { pair } = await observeSigningKey({ cluster }, { store });
  if (pair?.run !== run) {
    throw new ResourceConflict(
      `A signing key of ${cluster} appeared while this run made one; it was not touched.`,
    );
  }
  return readPublicKey(pair.publicKeyPem);
}

async function putPublicFile({
  cluster,
  run,
  store,
  publicKey,
  pair,
}: KeyFile & { readonly publicKey: KeyObject; readonly pair: 'stored' | 'external' }): Promise<{
  readonly kid: string;
}> {
  await store.put(layout.publicKey.of({ cluster }), publicKeyPem(publicKey), {
    contentType: PEM_TYPE,
    metadata: { [RUN_METADATA]: run, [HAD_PAIR_METADATA]: pair },
  });
  return { kid: keyId(publicKey) };
}
