import { holdsPrivateKey, jwkThumbprint, type PublicJwk, parseJwks } from '../../domain/oidc.ts';
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

/** The checks of a JWKS: as it is stored, or as the issuer serves it. What it holds is in no evidence. */
export function jwksChecks({ kid, published }: ExpectedKeys, body: string | undefined): Found {
  if (body === undefined) return [{ check: 'jwks-missing' }];
  const jwks = parseJwks(body);
  if (jwks === undefined) return [{ check: 'jwks-malformed' }];
  return [
    ...when(jwks.keys.some(holdsPrivateKey), { check: 'jwks-private' }),
    ...(published === undefined
      ? when(!jwks.keys.some((key) => key.kid === kid), signingKeyLost(kid))
      : recordedChecks(kid, published, jwks.keys)),
  ];
}

function recordedChecks(
  signingKey: string | undefined,
  published: readonly PublishedKey[],
  actual: readonly PublicJwk[],
): Found {
  const known = Map.groupBy(published, ({ kid }) => kid);
  const there = Map.groupBy(actual, ({ kid }) => kid);
  return [
    ...[...known].flatMap(([kid, keys]): Found => {
      const same = there.get(kid);
      if (same !== undefined) return replacedChecks(kid, keys, same);
      return [kid === signingKey ? signingKeyLost(kid) : { check: 'key-lost', subject: kid, expected: kid }];
    }),
    ...actual
      .filter(({ kid }) => !known.has(kid))
      .map(({ kid }) => ({ check: 'key-extra', subject: kid, actual: kid }) as const),
  ];
}

/** Several keys may stand under one id: STS may take any of them, so none of them may be a stranger's. */
function replacedChecks(subject: string, keys: readonly PublishedKey[], there: readonly PublicJwk[]): Found {
  const expected = keys.map(({ thumbprint }) => thumbprint);
  const strange = there.map(jwkThumbprint).filter((thumbprint) => !expected.includes(thumbprint));
  return when(strange.length > 0, { check: 'key-replaced', subject, actual: strange, expected });
}

function signingKeyLost(kid: string | undefined): Discrepancy<'signing-key-lost'> {
  return { check: 'signing-key-lost', subject: String(kid), expected: kid };
}
