import { createPublicKey, type KeyObject } from 'node:crypto';
import type { ObjectStore } from '../../aws/object-store.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import { keyId, publicKeyPem, readPublicKey } from '../../domain/oidc.ts';
import * as layout from '../../storage/layout.ts';
import { RUN_METADATA } from '../ownership.ts';

/**
 * The private key's object carries its public half as metadata (DER SubjectPublicKeyInfo in base64, about
 * 740 of the 2,048 bytes S3 allows). So whoever needs the public key never has to decrypt the private one,
 * and the pair is written by a single call that cannot stop half-way.
 */
export const PUBLIC_KEY_METADATA = 'sts-prep-public-key';

export interface SigningKeyState {
  /** PEM of the public half of the stored private key. */
  readonly pair?: { readonly publicKeyPem: string; readonly kid: string; readonly run: string | undefined };
  /** PEM of `serviceaccount-signer.public`; without a pair the private key is kept by somebody else. */
  readonly publicFile?: { readonly publicKeyPem: string; readonly kid: string; readonly hadPair: boolean };
}

/** Metadata of the public file that says the private key was stored too. */
export const HAD_PAIR_METADATA = 'sts-prep-key-pair';

/** Looks at a cluster's signing key without reading the private key. Throws ResourceConflict when an object is not a key of ours. */
export async function observeSigningKey(
  { cluster }: { readonly cluster: string },
  { store }: { readonly store: ObjectStore },
): Promise<SigningKeyState> {
  const [privateFacts, publicFile] = await Promise.all([
    store.head(layout.privateKey.of({ cluster })),
    store.get(layout.publicKey.of({ cluster })),
  ]);
  const state: {
    pair?: SigningKeyState['pair'] & object;
    publicFile?: SigningKeyState['publicFile'] & object;
  } = {};
  if (privateFacts !== undefined) {
    const der = privateFacts.metadata[PUBLIC_KEY_METADATA];
    if (der === undefined) {
      throw new ResourceConflict(
        `${layout.privateKey.of({ cluster })} was not written by this pipeline: it lacks the metadata ${PUBLIC_KEY_METADATA}. Move the object away, or put the cluster's public key into the bundle.`,
      );
    }
    const key = publicHalf(cluster, der);
    state.pair = {
      publicKeyPem: publicKeyPem(key),
      kid: keyId(key),
      run: privateFacts.metadata[RUN_METADATA],
    };
  }
  if (publicFile !== undefined) {
    const key = readPublicKey(Buffer.from(publicFile.bytes).toString('utf8'));
    state.publicFile = {
      publicKeyPem: publicKeyPem(key),
      kid: keyId(key),
      hadPair: publicFile.metadata[HAD_PAIR_METADATA] === 'stored',
    };
  }
  return state;
}

function publicHalf(clusterName: string, der: string): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'spki' });
  } catch (error) {
    throw new ResourceConflict(
      `${layout.privateKey.of({ cluster: clusterName })} was changed: its metadata ${PUBLIC_KEY_METADATA} is no public key. Restore the version before it.`,
      { cause: error },
    );
  }
}

/** The public key that CreateKeyPair left. Throws when there is none. */
export async function readStoredPublicKey(clusterName: string, store: ObjectStore): Promise<KeyObject> {
  const key = layout.publicKey.of({ cluster: clusterName });
  const file = await store.get(key);
  if (file === undefined) throw new Error(`${key} is not there.`);
  return readPublicKey(Buffer.from(file.bytes).toString('utf8'));
}
