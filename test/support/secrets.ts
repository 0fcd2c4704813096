import { createPrivateKey, createPublicKey } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

/** Something that must not be found, in every form in which it could be written. */
export interface Secret {
  readonly name: string;
  /** Texts, without white space, of which none may occur. */
  readonly texts: readonly string[];
  readonly bytes: readonly Buffer[];
}

/** How much of a secret is looked for: a part is a leak too, and 24 bytes do not occur by chance. */
const PART = 24;

/** The private half of a key, by all its members and by the lines of its PEM. */
export function privateKeySecret(name: string, pem: string): Secret {
  const key = createPrivateKey(pem);
  const { d = '', p = '', q = '', dp = '', dq = '', qi = '' } = key.export({ format: 'jwk' });
  const numbers = [d, p, q, dp, dq, qi].map((member) => Buffer.from(member, 'base64url'));
  // Some lines of a private key's PEM hold nothing but the public modulus.
  const publicText = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
  const lines = pem.split('\n').filter((line) => /^[\w+/]{60,}$/.test(line) && !publicText.includes(line));
  return { name, texts: [...lines, ...numbers.flatMap(encodings)], bytes: numbers.map(part) };
}

/** A text such as a password or a token. */
export function textSecret(name: string, text: string): Secret {
  const bytes = Buffer.from(text);
  return { name, texts: [text.replace(/\s/g, ''), ...encodings(bytes)], bytes: [] };
}

/** Every PEM of a private key, whosever. */
export const ANY_PRIVATE_KEY: Secret = {
  name: 'a PEM private key',
  texts: ['PRIVATEKEY-----', 'PRIVATE%20KEY', 'PRIVATE+KEY', '"d":"'],
  bytes: [],
};

/** Names of the secrets that some bytes hold, also when they are compressed. */
export function secretsIn(content: Uint8Array | string, secrets: readonly Secret[]): string[] {
  const given = Buffer.from(content);
  const bytes = given[0] === 0x1f && given[1] === 0x8b ? gunzipSync(given) : given;
  // Line breaks in any notation, so that neither PEM nor JSON can hide a text by wrapping it.
  const text = bytes.toString('latin1').replace(/\\+[nrt]|%0[ADad]|\s/g, '');
  return secrets
    .filter(
      (secret) =>
        secret.texts.some((each) => text.includes(each)) || secret.bytes.some((each) => bytes.includes(each)),
    )
    .map(({ name }) => name);
}

/** Hex, and base64 of both alphabets at the three offsets it can have inside something longer. */
function encodings(bytes: Buffer): string[] {
  const base64 = [0, 1, 2].flatMap((offset) => {
    const whole = bytes.subarray(offset, offset + PART);
    // The last group may be cut short by the end of the secret.
    const text = whole.subarray(0, whole.length - (whole.length % 3)).toString('base64');
    return [text, text.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(text)];
  });
  const hex = part(bytes).toString('hex');
  return [...base64, hex, hex.toUpperCase()];
}

function part(bytes: Buffer): Buffer {
  return bytes.subarray(0, PART);
}
