import type { KeySituation } from '../../../core/domain/key-situation.ts';
import {
  type Jwks,
  jwkThumbprint,
  keyId,
  type PublicJwk,
  publicJwk,
  publicKeyPem,
} from '../../../core/domain/oidc.ts';
import type { PublishedKey } from '../../../core/domain/published-key.ts';
import { smallKeyPair } from '../../support/fakes/signing-keys.ts';

/** A key with all that is known of it. */
export function keyNamed() {
  const { publicKey } = smallKeyPair();
  const [jwk, kid, pem] = [publicJwk(publicKey), keyId(publicKey), publicKeyPem(publicKey)];
  return { jwk, kid, pem, thumbprint: jwkThumbprint(jwk), known: { kid, publicKeyPem: pem } };
}

export type Key = ReturnType<typeof keyNamed>;

export const [OURS, THEIRS, NEXT] = [keyNamed(), keyNamed(), keyNamed()] as const;

export const record = (
  { kid, thumbprint }: Key,
  state: PublishedKey['state'],
  more: Partial<PublishedKey> = {},
): PublishedKey => ({
  kid,
  thumbprint,
  state,
  ...more,
});

export const holds = (...keys: (Key | PublicJwk)[]): Jwks => ({
  keys: keys.map((key) => ('jwk' in key ? (key as Key).jwk : (key as PublicJwk))),
});

export const under = (kid: string, { jwk }: Key): PublicJwk => ({ ...jwk, kid });

export const NOTHING: KeySituation = {
  issuer: { url: 'https://demo-oidc.example.com', bucket: 'demo-oidc' },
  registered: undefined,
  jwks: undefined,
  acceptedKeys: [],
  exists: false,
  hasResults: false,
  ownSigningKeys: false,
};

/** A registered cluster that signs with a pair of the pipeline. */
export const REGISTERED: KeySituation = {
  ...NOTHING,
  registered: { keyId: OURS.kid, keys: [record(OURS, 'signing')] },
  jwks: holds(OURS),
  pair: OURS.known,
  publicFile: { ...OURS.known, hadPair: true },
  exists: true,
};

export const knowing = (...keys: PublishedKey[]): Partial<KeySituation> => ({
  registered: { keyId: OURS.kid, keys: [record(OURS, 'signing'), ...keys] },
});

/** What ccoctl made, which no run has seen yet. */
export const FOUND: KeySituation = { ...NOTHING, jwks: holds(THEIRS), exists: true };

export const EXISTING: KeySituation = {
  ...NOTHING,
  issuer: { url: 'https://oidc.example.com', bucket: undefined },
  jwks: holds(THEIRS, NEXT),
  exists: true,
};
