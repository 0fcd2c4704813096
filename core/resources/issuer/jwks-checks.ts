import {
  holdsPrivateKey,
  isKeyOf,
  isUsable,
  jwkThumbprint,
  type PublicJwk,
  parseJwks,
} from '../../domain/oidc.ts';
import type { PublishedKey } from '../../domain/published-key.ts';
import type { CheckOf } from '../check-table.ts';
import { when } from '../comparing.ts';
import type { Discrepancy } from '../resource.ts';

export interface ExpectedKeys {
  /** Key id of the signing key; undefined while it is yet to be made. */
  readonly kid?: string;
  /** Every key on record, the signing key too. Without a record the others are not compared. */
  readonly published?: readonly PublishedKey[];
}

type Found = readonly Discrepancy<CheckOf<'issuer'>>[];

/**
 * The checks of a JWKS: as it is stored, or as the issuer serves it. A key is known by itself, its id is but a name. What
 * a JWKS holds is in no evidence.
 */
export function jwksChecks({ kid, published }: ExpectedKeys, body: string | undefined): Found {
  if (body === undefined) return [{ check: 'jwks-missing' }];
  const jwks = parseJwks(body);
  if (jwks === undefined) return [{ check: 'jwks-malformed' }];
  const { keys } = jwks;
  return [
    ...when(keys.some(holdsPrivateKey), { check: 'jwks-private' }),
    ...signingChecks(kid, published, keys),
    ...(published === undefined ? [] : recordedChecks(kid, published, keys)),
  ];
}

function signingChecks(
  kid: string | undefined,
  published: readonly PublishedKey[] = [],
  there: readonly PublicJwk[],
): Found {
  if (kid === undefined) return [{ check: 'signing-key-lost', subject: String(kid), expected: kid }];
  const [ours, named] = [there.filter((key) => isKeyOf(kid, key)), there.filter((key) => key.kid === kid)];
  const [key] = ours;
  const strange = named.filter((other) => !ours.includes(other)).map(jwkThumbprint);
  if (strange.length > 0) {
    const thumbprints =
      key === undefined
        ? published.filter(({ state }) => state === 'signing').map(({ thumbprint }) => thumbprint)
        : [jwkThumbprint(key)];
    return [{ check: 'key-replaced', subject: kid, actual: strange, expected: thumbprints }];
  }
  if (key === undefined) {
    return there.length === 0
      ? [{ check: 'signing-key-lost', subject: kid, expected: kid }]
      : [
          {
            check: 'signing-key-rotated',
            subject: kid,
            actual: there.map((other) => other.kid),
            expected: kid,
          },
        ];
  }
  return when(ours.length > 1 || !isUsable(key), { check: 'signing-key-unusable', subject: kid });
}

/** Of all but the signing key: those that somebody accepted may be there or not, and others are a stranger's. */
function recordedChecks(
  signing: string | undefined,
  published: readonly PublishedKey[],
  there: readonly PublicJwk[],
): Found {
  const others = there.filter((key) => key.kid !== signing);
  const signingThumbprint = published.find(
    ({ kid, state }) => state === 'signing' && kid === signing,
  )?.thumbprint;
  const found = others.flatMap((key): Found => {
    const thumbprint = jwkThumbprint(key);
    const known = published.find((record) => record.thumbprint === thumbprint);
    if (known !== undefined && known.withdrawn !== true) {
      if (known.state === 'stranger')
        return [{ check: 'key-stranger', subject: key.kid, actual: thumbprint }];
      if (known.state !== 'signing' || thumbprint === signingThumbprint) return [];
    }
    const namesakes = published.filter(({ kid, state }) => kid === key.kid && state !== 'stranger');
    return namesakes.length > 0 && known === undefined
      ? [
          {
            check: 'key-replaced',
            subject: key.kid,
            actual: [thumbprint],
            expected: namesakes.map((record) => record.thumbprint),
          },
        ]
      : [{ check: 'key-extra', subject: key.kid, actual: thumbprint }];
  });
  const thumbprints = others.map(jwkThumbprint);
  const gone = published.filter(
    ({ state, thumbprint }) => state === 'stranger' && !thumbprints.includes(thumbprint),
  );
  return [...gone.map(({ kid }) => ({ check: 'key-lost', subject: kid, expected: kid }) as const), ...found];
}
