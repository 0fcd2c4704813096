/**
 * Whether Kubernetes reads a plain scalar as text. Its decoder (go-yaml, by YAML 1.1) takes some words for null, booleans or
 * numbers that YAML 1.2 takes for text. Of a name, the API server refuses a Secret that is called so; `namespace: null` even
 * puts it into `default`. Tried with a kube-apiserver of 1.37, and with sigs.k8s.io/yaml 1.4.
 *
 * @param text Of one line, without blanks at its ends.
 */
export function isYamlText(text: string): boolean {
  return !WORDS.has(text) && !isInfinite(text) && !isNumber(text);
}

/** Whether it is one of the words for true and false. */
export function isYamlBoolean(text: string): boolean {
  return BOOLEANS.has(text);
}

/** In lower case, in capitals, and with a capital at the beginning, as the decoder has them: `yEs` is text. */
const spellings = (word: string) => [
  word,
  word.toUpperCase(),
  word.slice(0, 1).toUpperCase() + word.slice(1),
];
const BOOLEANS: ReadonlySet<string> = new Set(
  ['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n'].flatMap(spellings),
);
const WORDS: ReadonlySet<string> = new Set([...BOOLEANS, ...spellings('null'), '~', '']);

function isInfinite(text: string): boolean {
  return /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(text);
}

/** Underscores count for nothing in what begins with a digit or a sign, and between the digits of what begins with a point. */
function isNumber(text: string): boolean {
  const plain = text.replace(/^[-+\d]/.test(text) ? /_/g : /(?<=\d)_(?=\d)/g, '');
  return isInteger(plain) || isFloat(plain);
}

/** Beyond 64 bits it is no integer to the decoder; in decimal it is a float then. */
function isInteger(plain: string): boolean {
  const [, sign, digits] = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o?[0-7]+|\d+)$/i.exec(plain) ?? [];
  if (digits === undefined || digits.length > MAX_DIGITS) return false;
  const limit = sign === '-' ? 2n ** 63n + 1n : sign === '+' ? 2n ** 63n : 2n ** 64n;
  return BigInt(digits) < limit;
}

/** More than 64 bits have in any base. */
const MAX_DIGITS = 100;

/** One that is out of range stays text. */
function isFloat(plain: string): boolean {
  return /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i.test(plain) && Number.isFinite(Number(plain));
}
