import type { KeyObject } from 'node:crypto';
import { defined } from '../util/defined.ts';
import { ResourceConflict, SigningKeyConflict, SigningKeyLost } from './errors.ts';
import type { KeySituation } from './key-situation.ts';
import {
  type Jwks,
  jwkThumbprint,
  keyId,
  keyOfJwk,
  mergeJwks,
  type PublicJwk,
  publicJwk,
  publicKeyPem,
  publicMembers,
  readPublicKey,
} from './oidc.ts';
import type { FoundKey, PublishedKey } from './published-key.ts';
import * as texts from './signing-key-texts.ts';

/** Which key a cluster signs with, and what is known of the others. */
export interface DecidedKeys {
  /** Absent while its pair is yet to be made, and where an existing issuer does not tell. */
  readonly kid?: string;
  /** Absent while its pair is yet to be made; of an existing issuer none is kept. */
  readonly publicKeyPem?: string;
  /** All that is to be on record, but for a pair that is yet to be made. */
  readonly keys: readonly PublishedKey[];
}

/**
 * Decides which key a cluster signs with, and what becomes of every other key that is or was published. What a run may
 * publish is that key, and with a JWKS that is gone altogether the next ones: a key that was taken out of a JWKS that is
 * there is never put back unasked, and a key that nobody accepted is never taken for more than a stranger's.
 * Throws SigningKeyConflict when the cluster signs with another key than is known, or the bundle brings one that the
 * cluster does not have; SigningKeyLost when its public key is nowhere to be found; ResourceConflict when the JWKS of
 * a registered cluster holds a key that nobody accepted, or not a key that the bundle accepts.
 */
export function decideKeys(situation: KeySituation): DecidedKeys {
  const published = foundKeys(situation.jwks);
  const former = formerKey(situation);
  const kid = signingKey(situation, published, former);
  const signing = kid === undefined ? [] : signingRecord(situation, published, kid);
  const keys = [
    ...signing,
    ...otherKeys(situation, published, { signing: { ...defined({ kid }), ...signing[0] }, former }),
  ];
  if (situation.issuer.bucket === undefined) return { ...defined({ kid }), keys };
  return { ...defined({ kid, publicKeyPem: kid && pemOf(situation, published, kid) }), keys };
}

/**
 * The only key that a JWKS holds: a cluster whose issuer publishes one key signs with it, or STS would refuse its tokens.
 * Of a bucket of the cluster's own throws SigningKeyConflict when there are several, or none that a cluster can sign with; of
 * an issuer that somebody else keeps it is undefined then.
 */
export function soleKey(issuer: texts.KeysPlace, jwks: Jwks | undefined): KeyObject | undefined {
  const found = unique(foundKeys(jwks) ?? []);
  const [first, ...others] = found;
  const key = first && keyOfJwk(first.jwk);
  if (key !== undefined && others.length === 0) return key;
  if (issuer.bucket === undefined) return undefined;
  throw new SigningKeyConflict(texts.undecided(issuer, found));
}

/** What is known of the keys of a cluster once its files are written: of a pair that a run makes, only then. */
export function keysAfter<Planned extends { readonly kid?: string; readonly keys?: readonly PublishedKey[] }>(
  planned: Planned,
  stored: KeyObject | undefined,
): Planned {
  if (planned.kid !== undefined || stored === undefined) return planned;
  const made = {
    kid: keyId(stored),
    thumbprint: jwkThumbprint(publicJwk(stored)),
    state: 'signing',
  } as const;
  return { ...planned, kid: made.kid, ...(planned.keys && { keys: [made, ...planned.keys] }) };
}

/**
 * The JWKS that a run writes: what is there, with the signing key. One that is gone is written anew with the next keys as
 * well, which the cluster may sign with by now; retired keys and strangers' are not published again.
 */
export function publishedJwks(
  existing: Jwks | undefined,
  signing: PublicJwk,
  keys: readonly PublishedKey[] = [],
): Jwks {
  const merged = mergeJwks(existing, signing);
  if (existing !== undefined) return merged;
  const next = keys.flatMap(({ kid, state, jwk }) => (state === 'next' && jwk ? { ...jwk, kid } : []));
  return next.reduce<Jwks>(mergeJwks, merged);
}

/** A key of a JWKS, with what it really is. */
interface Found extends FoundKey {
  readonly jwk: PublicJwk;
  /** Key id computed of the key; undefined when it is no RSA key. */
  readonly computed: string | undefined;
}

function foundKeys(jwks: Jwks | undefined): readonly Found[] | undefined {
  return jwks?.keys.map((jwk) => {
    const key = keyOfJwk(jwk);
    return { kid: jwk.kid, thumbprint: jwkThumbprint(jwk), jwk, computed: key && keyId(key) };
  });
}

/** Id of the key that the cluster signed with as far as is known: by the registry, else by the files that are stored. */
function formerKey({ registered, pair, publicFile }: KeySituation): string | undefined {
  if (registered?.keyId !== undefined) return registered.keyId;
  // A public file of a key without a pair was told to be the cluster's, whatever pair there is besides.
  return (publicFile?.hadPair === false ? publicFile : (pair ?? publicFile))?.kid;
}

function signingKey(
  situation: KeySituation,
  published: readonly Found[] | undefined,
  former: string | undefined,
): string | undefined {
  const { issuer, registered, bundleKeyPem, pair, exists, ownSigningKeys } = situation;
  const isExisting = issuer.bucket === undefined;
  const told = bundleKeyPem && keyId(readPublicKey(bundleKeyPem));
  const kid = told ?? former;
  if (kid === undefined) return undefined;
  refuseImpostors(issuer, published, kid);
  if (published?.some(({ computed }) => computed === kid)) return kid;
  // What an issuer of somebody else publishes may be out of reach from here.
  if (isExisting && published === undefined) return kid;
  const others = published ?? [];
  if (kid === former) {
    if (registered !== undefined) {
      if (published === undefined) return kid;
      throw new SigningKeyConflict(texts.rotated(issuer, kid, others));
    }
    if (pair?.kid === kid) {
      // A pair that a run left before it came to results was in no JWKS. Of one beside results nobody knows that: the registry may
      // have been told to forget the cluster, and the key been taken out since.
      if (situation.hasResults && others.length > 0)
        throw new SigningKeyConflict(texts.perhapsTakenOut(issuer, kid, others));
      return kid;
    }
  }
  const isNew = registered === undefined && !exists && others.length === 0 && kid === (former ?? kid);
  const brought = { kid, isTold: told !== undefined };
  if (!isNew || isExisting) throw new SigningKeyConflict(texts.notPublished(issuer, brought, former, others));
  if (!ownSigningKeys) throw new SigningKeyConflict(texts.ownKeysOff(brought));
  return kid;
}

/** Several keys may stand under one id, and STS takes the last: none but the cluster's may be under the signing key's. */
function refuseImpostors(issuer: texts.KeysPlace, published: readonly Found[] = [], signing: string): void {
  const impostors = published.filter(({ kid, computed }) => kid === signing && computed !== signing);
  if (impostors.length > 0) throw new ResourceConflict(texts.impostors(issuer, impostors));
}

function signingRecord(
  situation: KeySituation,
  published: readonly Found[] | undefined,
  kid: string,
): readonly PublishedKey[] {
  const pem = findPem(situation, published, kid);
  const known = situation.registered?.keys?.find((key) => key.kid === kid);
  const thumbprint = pem === undefined ? known?.thumbprint : jwkThumbprint(publicJwk(readPublicKey(pem)));
  return thumbprint === undefined ? [] : [{ kid, thumbprint, state: 'signing' }];
}

/** The public key of an id, wherever it is kept. Throws SigningKeyLost when it is nowhere. */
function pemOf(situation: KeySituation, published: readonly Found[] | undefined, kid: string): string {
  const pem = findPem(situation, published, kid);
  if (pem === undefined) throw new SigningKeyLost(texts.publicKeyLost(situation.issuer, kid));
  return pem;
}

function findPem(
  { pair, publicFile, bundleKeyPem }: KeySituation,
  published: readonly Found[] = [],
  kid: string,
): string | undefined {
  const stored = [pair, publicFile].find((key) => key?.kid === kid)?.publicKeyPem;
  if (stored !== undefined) return stored;
  if (bundleKeyPem !== undefined && keyId(readPublicKey(bundleKeyPem)) === kid) return bundleKeyPem;
  const key = published.filter(({ computed }) => computed === kid).map(({ jwk }) => keyOfJwk(jwk))[0];
  return key && publicKeyPem(key);
}

interface SigningKeys {
  /** The key that the cluster signs with from now on. */
  readonly signing: Partial<FoundKey>;
  /** The one before. */
  readonly former: string | undefined;
}

/** What is on record of all keys but the one that signs. */
function otherKeys(
  situation: KeySituation,
  published: readonly Found[] | undefined,
  { signing, former }: SigningKeys,
): readonly PublishedKey[] {
  const { issuer, registered } = situation;
  const isSigning = ({ kid, thumbprint }: FoundKey) =>
    kid === signing.kid || thumbprint === signing.thumbprint;
  const records = (registered?.keys ?? []).filter(
    (record) => !isSigning(record) && (record.state !== 'signing' || record.kid === former),
  );
  const accepted = acceptedThumbprints(situation, published);
  // What an issuer of somebody else publishes may be out of reach from here: then nothing is known to have changed.
  if (published === undefined && issuer.bucket === undefined)
    return records.map((record) => (record.state === 'signing' ? { ...record, state: 'retired' } : record));
  const others = unique(published ?? []).filter(
    ({ computed, thumbprint }) => computed !== (signing.kid ?? '') && thumbprint !== signing.thumbprint,
  );
  const unknown: Found[] = [];
  const present = others.flatMap((found): readonly PublishedKey[] => {
    const { kid, thumbprint, computed, jwk } = found;
    const key = { kid, thumbprint };
    if (computed !== undefined && computed === former)
      return [{ kid: computed, thumbprint, state: 'retired' }];
    const known = records.find((record) => record.thumbprint === thumbprint && record.state !== 'signing');
    if (known?.state === 'retired' && known.withdrawn !== true) return [{ ...key, state: 'retired' }];
    if (known?.state === 'next' || accepted.has(thumbprint))
      return [{ ...key, state: 'next', jwk: publicMembers(jwk) }];
    if (known?.state === 'stranger' || registered?.keys === undefined) return [{ ...key, state: 'stranger' }];
    unknown.push(found);
    return [];
  });
  if (unknown.length > 0) {
    const knownIds = (registered?.keys ?? []).map(({ kid }) => kid);
    throw new ResourceConflict(texts.unknownKeys(issuer, unknown, knownIds));
  }
  const isThere = ({ thumbprint }: FoundKey) => others.some((found) => found.thumbprint === thumbprint);
  const absent = records.flatMap((record): readonly PublishedKey[] => {
    const { kid, thumbprint, state } = record;
    if (isThere(record) || state === 'stranger') return [];
    // A document that is gone says nothing about the keys it held; what can be published again is.
    if (state === 'next' && published === undefined) return [record];
    return [{ kid, thumbprint, state: 'retired', withdrawn: true }];
  });
  const known = [...present, ...absent];
  const isRecorded = former === undefined || isSigning({ kid: former, thumbprint: '' });
  return isRecorded ? known : [...known, ...unrecorded(situation, former, known)];
}

/** The key before, where neither registry nor JWKS has it: it never comes back either. */
function unrecorded(
  situation: KeySituation,
  former: string,
  known: readonly PublishedKey[],
): readonly PublishedKey[] {
  const pem = findPem(situation, undefined, former);
  if (pem === undefined) return [];
  const thumbprint = jwkThumbprint(publicJwk(readPublicKey(pem)));
  if (known.some((key) => key.thumbprint === thumbprint)) return [];
  return [{ kid: former, thumbprint, state: 'retired', withdrawn: true }];
}

/** Thumbprints of the keys that the bundle accepts. */
function acceptedThumbprints(
  { issuer, acceptedKeys, registered }: KeySituation,
  published: readonly Found[] | undefined,
): ReadonlySet<string> {
  const wrong: string[] = [];
  const accepted = acceptedKeys.flatMap((name) => {
    const named = (published ?? registered?.keys ?? []).filter(
      ({ kid, thumbprint }) => kid === name || thumbprint === name,
    );
    const thumbprints = [...new Set(named.map(({ thumbprint }) => thumbprint))];
    if (thumbprints.length === 1) return thumbprints;
    wrong.push(thumbprints.length === 0 ? texts.notThere(issuer, name) : texts.several(name, thumbprints));
    return [];
  });
  if (wrong.length > 0) throw new ResourceConflict(wrong.join('\n'));
  return new Set(accepted);
}

function unique(keys: readonly Found[]): readonly Found[] {
  return keys.filter(
    ({ thumbprint }, index) => keys.findIndex((other) => other.thumbprint === thumbprint) === index,
  );
}
