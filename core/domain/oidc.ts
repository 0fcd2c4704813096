import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { JWKS_KEY } from './names.ts';

/** A public JSON Web Key as ccoctl writes it; keys of other makers may hold further members. */
export interface PublicJwk {
  readonly kid: string;
  readonly [member: string]: unknown;
}

export interface Jwks {
  readonly keys: readonly PublicJwk[];
}

/** IAM refuses tokens of issuers with more RSA keys than this, so a merge must never exceed it. */
export const MAX_JWKS_KEYS = 100;

/**
 * The OIDC discovery document. IAM requires every member below; the text is what ccoctl writes, so that an
 * issuer made by either tool is the same to the byte (tabs on the first two members, `sub` twice).
 */
export function discoveryDocument(issuerUrl: string): string {
  return `{
\t"issuer": "${issuerUrl}",
\t"jwks_uri": "${issuerUrl}/${JWKS_KEY}",
    "response_types_supported": [
        "id_token"
    ],
    "subject_types_supported": [
        "public"
    ],
    "id_token_signing_alg_values_supported": [
        "RS256"
    ],
    "claims_supported": [
        "aud",
        "exp",
        "sub",
        "iat",
        "iss",
        "sub"
    ]
}`;
}

/** What a discovery document says of its issuer; nothing when it is none. */
export function discoveryOf(body: string): { readonly issuer?: string; readonly jwksUri?: string } {
  try {
    const { issuer, jwks_uri } = JSON.parse(body) as { issuer?: unknown; jwks_uri?: unknown };
    return {
      ...(typeof issuer === 'string' ? { issuer } : {}),
      ...(typeof jwks_uri === 'string' ? { jwksUri: jwks_uri } : {}),
    };
  } catch {
    return {};
  }
}

/** What a discovery document says that ours does not: further members by name, and further values of the same. */
export function furtherOf(body: string, issuerUrl: string): readonly string[] {
  const ours = membersOf(discoveryDocument(issuerUrl));
  return Object.entries(membersOf(body)).flatMap(([name, value]) => {
    const known = [ours[name] ?? []].flat().map((each) => JSON.stringify(each));
    const further = [value].flat().map((each) => JSON.stringify(each));
    if (!(name in ours)) return [name];
    const more = further.filter((each) => !known.includes(each));
    return more.length === 0 ? [] : [`${name} (${more.join(', ')})`];
  });
}

function membersOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * Key id of a public key: base64url of the SHA-256 of its DER SubjectPublicKeyInfo. This is the rule of
 * kube-apiserver (pkg/serviceaccount/jwt.go), so tokens signed in the cluster name this very key.
 */
export function keyId(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}

/** Members that make up a thumbprint, by key type (RFC 7638, section 3.2). */
const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
};

/**
 * SHA-256 thumbprint of a JWK (RFC 7638), in base64url; over all its members where those are not all there that make up
 * a key of its type, or the type is unknown: two such keys are the same only if they are written the same.
 */
export function jwkThumbprint(jwk: PublicJwk): string {
  const known = THUMBPRINT_MEMBERS[String(jwk['kty'])] ?? [];
  const isWhole = known.length > 0 && known.every((member) => typeof jwk[member] === 'string');
  const members = isWhole ? known : Object.keys(jwk).sort();
  const canonical = JSON.stringify(Object.fromEntries(members.map((member) => [member, jwk[member]])));
  return createHash('sha256').update(canonical).digest('base64url');
}

/** The public JWK of an RSA key. Throws TypeError for another kind of key. */
export function publicJwk(publicKey: KeyObject): PublicJwk {
  const { n, e, kty } = publicKey.export({ format: 'jwk' });
  if (kty !== 'RSA') throw new TypeError(`A signing key must be RSA, this one is ${kty}.`);
  return { use: 'sig', kty, kid: keyId(publicKey), alg: 'RS256', n, e };
}

/**
 * The RSA key that a JWK holds; undefined when it holds none. Its key id is computed of it: the `kid` that stands beside
 * it is a name that anybody can give to any key.
 */
export function keyOfJwk(jwk: PublicJwk): KeyObject | undefined {
  const { kty, n, e } = jwk;
  if (kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string') return undefined;
  try {
    return createPublicKey({ key: { kty, n, e }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** Whether a JWK is the key of an id, and stands under it. */
export function isKeyOf(kid: string, jwk: PublicJwk): boolean {
  if (jwk.kid !== kid) return false;
  const key = keyOfJwk(jwk);
  return key !== undefined && keyId(key) === kid;
}

/** Whether STS verifies tokens with a JWK: it refuses those of one with `key_ops`, or with another `use` than `sig`. */
export function isUsable({ use, key_ops: operations }: PublicJwk): boolean {
  return (use === undefined || use === 'sig') && operations === undefined;
}

/** Members that make up a public key and say what it is for. */
const PUBLIC_MEMBERS = ['use', 'kty', 'kid', 'alg', 'n', 'e', 'crv', 'x', 'y'];

/** What of a JWK may be kept, to publish it again. */
export function publicMembers(jwk: PublicJwk): Readonly<Record<string, string>> {
  return Object.fromEntries(
    PUBLIC_MEMBERS.flatMap((member) => {
      const value = jwk[member];
      return typeof value === 'string' ? [[member, value] as const] : [];
    }),
  );
}

/** Reads a PEM public key (SPKI or PKCS#1). Throws TypeError when it is private, not RSA or shorter than 2,048 bits. */
export function readPublicKey(pem: string): KeyObject {
  // createPublicKey would quietly derive the public half of a private key.
  if (/PRIVATE KEY/.test(pem)) throw new TypeError('It holds a private key.');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new TypeError('It is not a PEM public key.');
  }
  if (key.asymmetricKeyType !== 'rsa')
    throw new TypeError(`It is of type ${key.asymmetricKeyType}, not RSA.`);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < 2048) throw new TypeError(`It has ${bits} bits; 2,048 is the least.`);
  return key;
}

/** The public key as the PEM text that ccoctl writes to `serviceaccount-signer.public`. */
export function publicKeyPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

/** Reads a JWKS; undefined when the text is not one. */
export function parseJwks(text: string): Jwks | undefined {
  try {
    const value = JSON.parse(text);
    const valid =
      Array.isArray(value?.keys) &&
      value.keys.every((key: unknown) => typeof (key as PublicJwk)?.kid === 'string');
    return valid ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Members that only a private JWK has (RFC 7518, section 6.3.2). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Whether a published key holds what must never be published. */
export function holdsPrivateKey(key: PublicJwk): boolean {
  return PRIVATE_MEMBERS.some((member) => member in key);
}

/**
 * Puts a key into a JWKS as STS takes it: once, and fit for use. Keys of others stay, in their order, as a live cluster may
 * sign with any of them; another key under its id does too, and is for the caller to refuse.
 */
export function mergeJwks(existing: Jwks | undefined, key: PublicJwk): Jwks {
  const keys = existing?.keys ?? [];
  const thumbprint = jwkThumbprint(key);
  const isSame = (other: PublicJwk) => other.kid === key.kid && jwkThumbprint(other) === thumbprint;
  const same = keys.filter(isSame);
  if (same.length === 0) return { keys: [...keys, key] };
  if (same.length === 1 && same.every(isUsable)) return { keys };
  const first = keys.findIndex(isSame);
  return {
    keys: keys.flatMap((other, index) => (index === first ? key : isSame(other) ? [] : other)),
  };
}

/** JWKS text as ccoctl indents it. */
export function formatJwks(jwks: Jwks): string {
  return JSON.stringify(jwks, null, 4);
}
