import { type Change, created } from '../../domain/change.ts';
import { SigningKeyConflict, SigningKeyLost } from '../../domain/errors.ts';
import { keyId, readPublicKey } from '../../domain/oidc.ts';
import { changesOf } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import type { Spec } from '../resource.ts';
import { checkSigningKey, type DesiredKey } from './checks.ts';
import type { SigningKeyState } from './observe.ts';

/**
 * What is missing of a cluster's signing key. A key that exists is never replaced, as a live cluster may
 * sign with it. Throws SigningKeyConflict when the bundle brings another key than the cluster has, and
 * SigningKeyLost when the private key was stored once and is gone.
 */
export function diffSigningKey(
  { desired: { bundleKeyPem } }: Pick<Spec<DesiredKey>, 'desired'>,
  state: SigningKeyState,
): readonly Change[] {
  const existing = state.pair ?? state.publicFile;
  if (existing === undefined)
    return [created(bundleKeyPem === undefined ? 'signing key pair' : 'public signing key')];
  const found = checkSigningKey({ desired: { kid: existing.kid } }, state);
  if (found.some(({ check }) => check === 'private-missing')) {
    throw new SigningKeyLost(
      `The private key ${existing.kid} was stored and is gone. The output bucket keeps old versions: restore the latest of tls/bound-service-account-signing-key.key, then upload the bundle again.`,
    );
  }
  if (bundleKeyPem !== undefined) {
    const kid = keyId(readPublicKey(bundleKeyPem));
    if (kid !== existing.kid) {
      throw new SigningKeyConflict(
        `The cluster signs with key ${existing.kid}, the bundle brings ${kid}. Leave the key out of the bundle; changing a signing key is a rotation, not a preparation.`,
      );
    }
  }
  return changesOf('signing key pair', CHECK_TABLE.signingKey, found);
}
