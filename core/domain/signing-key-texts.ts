import { JWKS_KEY } from './names.ts';
import type { FoundKey } from './published-key.ts';

/** Where the keys of a cluster are published. */
export interface KeysPlace {
  readonly url: string;
  /** Undefined where somebody else keeps the issuer. */
  readonly bucket: string | undefined;
}

/** How an operator gets the public key that a cluster signs with, into the file that a bundle takes it from. */
const PUBLIC_KEY_OF_CLUSTER =
  "oc get secret/next-bound-service-account-signing-key -n openshift-kube-apiserver-operator -o jsonpath='{.data.service-account\\.pub}' | base64 -d > serviceaccount-signer.public";

const NAME_IT =
  'put its public key into the bundle below prepare/ and name the file in cluster.yaml as publicKeyFile';

function keysOf({ bucket, url }: KeysPlace): string {
  return bucket === undefined ? `the JWKS of ${url}` : `${JWKS_KEY} in bucket ${bucket}`;
}

/** The same where a sentence begins. */
function theKeysOf(place: KeysPlace): string {
  return keysOf(place).replace(/^the /, 'The ');
}

function keyText({ kid, thumbprint }: FoundKey): string {
  return `${kid} (thumbprint ${thumbprint})`;
}

function list(keys: readonly FoundKey[]): string {
  return keys.length === 0 ? 'no key at all' : keys.map(keyText).join(', ');
}

/** What to do about a signing key that is no longer published. */
export function rotatedRemedy(place: KeysPlace): string {
  const { bucket } = place;
  return [
    `If the cluster signs with another key, ${NAME_IT}; the key has to be in the JWKS by then. ${PUBLIC_KEY_OF_CLUSTER} gives it.`,
    bucket === undefined
      ? 'If the key was taken out by mistake, whoever keeps the issuer has to put it back.'
      : `If the key was taken out by mistake, remove the document and upload the bundle of the cluster again; one that is missing is written anew, with the key on record: aws s3 rm s3://${bucket}/${JWKS_KEY}`,
  ].join(' ');
}

export function rotated(place: KeysPlace, kid: string, others: readonly FoundKey[]): string {
  return `${theKeysOf(place)} no longer holds ${kid}, the key that the cluster signed with when it was prepared; it holds ${list(others)}. A key that was taken out is not published again unasked. ${rotatedRemedy(place)}`;
}

/** Of a key whose cluster the registry does not know, though results of it are there. */
export function perhapsTakenOut(place: KeysPlace, kid: string, others: readonly FoundKey[]): string {
  return `The output bucket holds the key pair ${kid} and files of the cluster, which the registry does not know. ${theKeysOf(place)} does not hold that key; it holds ${list(others)}. It may have been taken out, and is not published again unasked. If the cluster signs with a key that is published, ${NAME_IT}. ${PUBLIC_KEY_OF_CLUSTER} gives it. If it signs with ${kid}, publish that key in the JWKS first, and upload the bundle again.`;
}

/** A key whose private half is kept elsewhere: of the bundle, or stored by a run that came to no end. */
interface BroughtKey {
  readonly kid: string;
  readonly isTold: boolean;
}

function broughtText({ kid, isTold }: BroughtKey): string {
  return isTold
    ? `The bundle brings the signing key ${kid}`
    : `The output bucket holds the public signing key ${kid} of a run that came to no end`;
}

/** A key that is not known to be the cluster's. */
export function notPublished(
  place: KeysPlace,
  brought: BroughtKey,
  former: string | undefined,
  others: readonly FoundKey[],
): string {
  const has =
    former === undefined || former === brought.kid
      ? ''
      : ` The cluster's key is ${former}, as far as is known here.`;
  return `${broughtText(brought)}, and the cluster exists. ${theKeysOf(place)} does not hold that key; it holds ${list(others)}.${has} With a key that is not published there, whoever owns it could sign tokens for every role. Leave the key out of the bundle, or, if the cluster signs with it, publish it in the JWKS first and upload the bundle again.`;
}

/** Keys of which nothing says which one it is. */
export function undecided(place: KeysPlace, keys: readonly FoundKey[]): string {
  return `${theKeysOf(place)} holds ${list(keys)}, and nothing says which key the cluster signs with. Put its public key into the bundle as serviceaccount-signer.public, and upload it again. ${PUBLIC_KEY_OF_CLUSTER} gives it.`;
}

export function ownKeysOff(brought: BroughtKey): string {
  return `${broughtText(brought)} for a new cluster, which this deployment does not allow: whoever owns the private key can sign tokens for every role of the cluster. Leave the key out of the bundle to have a pair made, or deploy with the option ownSigningKeys: npm run deploy -- -c ownSigningKeys=true`;
}

export function publicKeyLost(place: KeysPlace, kid: string): string {
  return `${theKeysOf(place)} is missing, and so is the public key ${kid}, which it would be written with. Restore serviceaccount-signer.public from an earlier version in the output bucket, or ${NAME_IT}.`;
}

/** What to do about a key that nobody accepted. */
export function unknownRemedy(place: KeysPlace): string {
  return [
    place.bucket === undefined
      ? 'If it is nobody’s of yours, whoever keeps the issuer has to remove it.'
      : `If it is nobody's of yours, remove it from ${JWKS_KEY}.`,
    `If it is of a rotation, accept it: list its thumbprint under acceptedKeys in cluster.yaml below prepare/. Once the cluster signs with it, ${NAME_IT}.`,
  ].join(' ');
}

export function unknownKeys(
  place: KeysPlace,
  unknown: readonly FoundKey[],
  knownIds: readonly string[],
): string {
  const lines = unknown.map((key) =>
    knownIds.includes(key.kid)
      ? `${theKeysOf(place)} holds another key under the known id ${keyText(key)}.`
      : `${theKeysOf(place)} holds the key ${keyText(key)}, which nobody has accepted.`,
  );
  return `${lines.join('\n')}\nWhoever has its private half can assume every role of the cluster. ${unknownRemedy(place)}`;
}

export function impostors(place: KeysPlace, found: readonly FoundKey[]): string {
  const [first] = found;
  const remedy =
    place.bucket === undefined
      ? 'Whoever keeps the issuer has to remove it.'
      : `Remove it from ${JWKS_KEY}; where the signing key itself is gone from there, remove the whole document (aws s3 rm s3://${place.bucket}/${JWKS_KEY}) and upload the bundle again: it is written anew.`;
  return `${theKeysOf(place)} holds another key under the signing key's own id ${first?.kid}: thumbprint ${found.map(({ thumbprint }) => thumbprint).join(', ')}. Whoever has its private half can assume every role of the cluster, and STS may refuse the cluster's own tokens. ${remedy}`;
}

/** A warning of every report, for as long as it is so. */
export function strangerWarning(key: FoundKey): string {
  return `The JWKS holds the key ${keyText(key)}, which was there when the cluster was prepared and nobody said whose it is. Whoever has its private half can assume every role of the cluster. If the cluster signs with it, ${NAME_IT}. If it is of a rotation, list it under acceptedKeys in cluster.yaml below prepare/. If it is nobody's, remove it.`;
}

export function signingKeyChanged(before: string, now: string): string {
  return `The cluster signs with ${now} from now on, as the bundle says; ${before} is retired and is not published again. The private key of a retired pair stays stored, and is in no archive any more.`;
}

export function notThere(place: KeysPlace, name: string): string {
  return `acceptedKeys in cluster.yaml names ${name}, and ${keysOf(place)} holds no such key. Take it off the list, or publish the key first.`;
}

export function several(name: string, thumbprints: readonly string[]): string {
  return `acceptedKeys in cluster.yaml names ${name}, and several keys stand under that id. Name the thumbprint of the one that is meant: ${thumbprints.join(', ')}.`;
}
