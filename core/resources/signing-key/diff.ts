import { type Change, created, updated } from '../../domain/change.ts';
import { SigningKeyConflict, SigningKeyLost } from '../../domain/errors.ts';
import { keyId, readPublicKey } from '../../domain/oidc.ts';
import type { SigningKeyState } from './observe.ts';

/**
 * What is missing of a cluster's signing key. A key that exists is never replaced, as a live cluster may
 * sign with it. Throws SigningKeyConflict when the bundle brings another key than the cluster has, and
 * SigningKeyLost when the private key was stored once and is gone.
 */
export function diffSigningKey(bundleKeyPem: string | undefined, state: SigningKeyState): readonly Change[] {
  const existing = state.pair ?? state.publicFile;
  if (state.pair === undefined && state.publicFile?.hadPair === true) {
    throw new SigningKeyLost(
      `The private key ${state.publicFile.kid} was stored and is gone. The output bucket keeps old versions: restore the latest of tls/bound-service-account-signing-key.key, then upload the bundle again.`,
    );
  }
  if (bundleKeyPem !== undefined && existing !== undefined) {
    const kid = keyId(readPublicKey(bundleKeyPem));
    if (kid !== existing.kid) {
      throw new SigningKeyConflict(
        `The cluster signs with key ${existing.kid}, the bundle brings ${kid}. Leave the key out of the bundle; changing a signing key is a rotation, not a preparation.`,
      );
    }
  }
  if (existing === undefined)
    return [created(bundleKeyPem === undefined ? 'signing key pair' : 'public signing key')];
  if (state.pair !== undefined && state.publicFile?.kid !== state.pair.kid)
    return [updated('signing key pair', 'public key file')];
  return [];
}
