/**
 * What a text may be read for, beyond its kind: a CredentialsRequest, a list of them, a FeatureGate. Two escapes of YAML and
 * JSON can spell these words otherwise: one that gives a letter by its number, and one that joins two lines (YAML 1.1, 5.7,
 * where a line ends at U+0085, U+2028 and U+2029 too). A text with one of these may be read for anything.
 */
const PLAIN = 'CredentialsRequest|AWSProviderSpec|FeatureGate';
const WORDS = `${PLAIN}|\\\\[xuU\\r\\n]`;
const IN_TEXT = new RegExp(`${WORDS}|\\\\[\\u0085\\u2028\\u2029]`);
/** The same in UTF-8, each byte taken as a character: a backslash before any character that is not ASCII is enough. */
const IN_BYTES = new RegExp(`${WORDS}|\\\\[\\u0080-\\u00ff]`);
/** The same of what is left of UTF-16: a backslash may be before anything. */
const IN_WIDE = new RegExp(`${PLAIN}|\\\\`);

/** Whether a text spells the words as everybody does: what a tool that packs a bundle takes along. */
export function saysSo(text: string): boolean {
  return new RegExp(PLAIN).test(text);
}

/** Whether a text may hold a document that is read. */
export function mayBeRead(text: string): boolean {
  return IN_TEXT.test(text);
}

/** The same of the bytes of a file: in an encoding that has ASCII in it, or in UTF-16, which has it with a NUL for each letter. */
export function mayBeReadIn(bytes: Uint8Array): boolean {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return all.includes('\0') ? IN_WIDE.test(all.replaceAll('\0', '')) : IN_BYTES.test(all);
}
