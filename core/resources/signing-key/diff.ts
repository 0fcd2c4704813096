import { type Change, created, updated } from '../../domain/change.ts';
import { SigningKeyLost } from '../../domain/errors.ts';
import { changesOf } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import type { Spec } from '../resource.ts';
import { checkSigningKey, type DesiredKey } from './checks.ts';
import type { SigningKeyState } from './observe.ts';

const KEY_PAIR = 'signing key pair';

/** The change by which a pair is made. */
export const MAKE_KEY_PAIR = created(KEY_PAIR);

/**
 * What is missing of the files of the key that the cluster signs with. Which key that is was decided before; a pair that
 * exists is never replaced. Throws SigningKeyLost when the private key was stored once and is gone, unless the bundle says
 * that it is kept elsewhere.
 */
export function diffSigningKey(
  { desired }: Pick<Spec<DesiredKey>, 'desired'>,
  state: SigningKeyState,
): readonly Change[] {
  const { isKept, isBrought, kid } = desired;
  if (!isKept) return [];
  if (kid === undefined) return [MAKE_KEY_PAIR];
  const { pair, publicFile } = state;
  const found = checkSigningKey({ desired }, state);
  if (publicFile?.kid === kid && found.some(({ check }) => check === 'private-missing')) {
    if (isBrought) return [updated(KEY_PAIR, CHECK_TABLE.signingKey['public-other'].change)];
    throw new SigningKeyLost(
      `The private key ${kid} was stored and is gone. The output bucket keeps old versions: restore the latest of tls/bound-service-account-signing-key.key, then upload the bundle again. If only the cluster has the private key, put the public one into the bundle (publicKeyFile).`,
    );
  }
  if (pair === undefined && publicFile === undefined) return [created('public signing key')];
  return changesOf(KEY_PAIR, CHECK_TABLE.signingKey, found);
}
