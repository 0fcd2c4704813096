/**
 * Whether Kubernetes reads a plain scalar of a manifest as text. Its decoder (go-yaml, by YAML 1.1) takes some words that are
 * valid names for null, booleans or numbers, and the API server refuses a Secret that is called so; `namespace: null` even
 * puts it into `default`. Tried with a kube-apiserver of 1.37.
 *
 * @param word Lower-case letters, digits, `-` and `.`, as names of Kubernetes are.
 */
export function isYamlText(word: string): boolean {
  return !WORDS.has(word) && !isInteger(word) && !isFloat(word);
}

const WORDS: ReadonlySet<string> = new Set(['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** Beyond 64 bits it is no integer to the decoder; in decimal it is a float then. */
function isInteger(word: string): boolean {
  if (!/^(0x[0-9a-f]+|0b[01]+|0o[0-7]+|\d+)$/.test(word)) return false;
  return BigInt(word) < 2n ** 64n;
}

/** One that is out of range stays text. */
function isFloat(word: string): boolean {
  return /^(\.\d+|\d+(\.\d*)?)(e-?\d+)?$/.test(word) && Number.isFinite(Number(word));
}
