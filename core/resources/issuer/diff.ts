import type { Change } from '../../domain/change.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import { JWKS_KEY } from '../../domain/names.ts';
import type { IssuerState } from '../../domain/observed.ts';
import { MAX_JWKS_KEYS, parseJwks } from '../../domain/oidc.ts';
import { changesOf } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import type { Spec } from '../resource.ts';
import { checkIssuer, type ExpectedBucket } from './checks.ts';
import { whyKeptClosed } from './closed.ts';
import { whyOthers } from './discovery.ts';
import { whyUnreadable } from './policy.ts';

/**
 * What is missing of an issuer. Throws ResourceConflict when the bucket is another issuer's or was closed, when the
 * policy of others keeps the public out, and when keys.json cannot be merged with: it is no JWKS, or is full.
 */
export function diffIssuer(spec: Spec<ExpectedBucket>, state: IssuerState | undefined): readonly Change[] {
  const { bucket } = spec.desired;
  if (state !== undefined) refuseOthers(spec.desired, state);
  const found = checkIssuer(spec, state);
  const has = (check: (typeof found)[number]['check']) => found.some((each) => each.check === check);
  if (has('jwks-malformed')) {
    throw new ResourceConflict(
      `${JWKS_KEY} in bucket ${bucket} is not a JSON Web Key Set in which every key has an id (kid), so no key can be added without losing what it holds. Repair it, or remove the object if no cluster signs with a key of it.`,
    );
  }
  const count = parseJwks(state?.jwks?.body ?? '')?.keys.length ?? 0;
  if ((has('signing-key-lost') || has('signing-key-rotated')) && count >= MAX_JWKS_KEYS) {
    throw new ResourceConflict(
      `${JWKS_KEY} in bucket ${bucket} holds ${count} keys; STS reads no more than ${MAX_JWKS_KEYS}. Remove keys that no cluster signs with.`,
    );
  }
  return changesOf(`issuer bucket ${bucket}`, CHECK_TABLE.issuer, found);
}

function refuseOthers(issuer: ExpectedBucket, state: IssuerState): void {
  const reasons = [
    whyOthers(issuer, state.discovery?.body),
    whyKeptClosed(issuer, state),
    whyUnreadable(issuer, state.policy),
  ].filter((reason) => reason !== undefined);
  if (reasons.length > 0) throw new ResourceConflict(reasons.join('\n'));
}
