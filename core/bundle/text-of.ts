import type { Problem } from '../domain/problem.ts';

/** Control characters other than tab and line ends; the YAML lexer uses some of them for marks of its own. */
const CONTROLS = /[^\P{Cc}\t\n\r\u0085]/u;

const MARK = '\ufeff';
const NOTHING = /^[ \t]*(#|\r?$)/;
const BOUNDARY = /^(---|\.\.\.)([ \t\r]|$)/;

/**
 * A text without the byte order marks at the beginning of its documents. Files that were put one after the other
 * (`cat a.yaml b.yaml`) have them there, before or after the line with `---`, and YAML allows it (1.2.2, 5.2). No scalar goes
 * over such a line. Lines stay where they are.
 */
export function withoutMarks(text: string): string {
  if (!text.includes(MARK)) return text;
  const kept: string[] = [];
  let from = 0;
  const cut = (at: number) => {
    kept.push(text.slice(from, at));
    from = at + 1;
  };
  let isBeginning = true;
  let waiting: number | undefined;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    const isMarked = text[start] === MARK;
    if (isMarked && isBeginning) cut(start);
    else if (isMarked) waiting = start;
    const line = text.slice(isMarked ? start + 1 : start, end);
    const isBoundary = BOUNDARY.test(line);
    if (isBoundary || !NOTHING.test(line)) {
      if (waiting !== undefined && (isBoundary || line.startsWith('%'))) cut(waiting);
      waiting = undefined;
      isBeginning = isBoundary;
    }
    start = end + 1;
  }
  return kept.join('') + text.slice(from);
}

/**
 * The same with line feeds for the carriage returns that stand alone, as in files of old editors: YAML takes each as the end of
 * a line (1.2.2, 5.4), its library here does not.
 */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
}

/** The text of a file without a byte order mark before it; `undefined` if the bytes are not UTF-8 or hold control characters. */
export function textOf(bytes: Uint8Array): string | undefined {
  const text = decoded(bytes);
  return text === undefined || CONTROLS.test(text) ? undefined : text;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The problem of a file that is no text, which says where. */
export function notText(file: string, bytes: Uint8Array): Problem {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return {
    code: 'YamlMalformed',
    file,
    message: isUtf16
      ? 'The file is UTF-16, not UTF-8 text.'
      : `The file is not UTF-8 text, or has control characters: ${placeOf(bytes)}.`,
    remedy: isUtf16
      ? 'Save it as plain text in UTF-8; Windows PowerShell does with | Out-File -Encoding utf8.'
      : 'Save it as plain text in UTF-8.',
  };
}

/** No byte of a character of UTF-8 but the line feed is one, so that each line can be decoded by itself. */
function placeOf(bytes: Uint8Array): string {
  let start = 0;
  for (let line = 1; start <= bytes.length; line += 1) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    const text = decoded(bytes.subarray(start, end));
    if (text === undefined) return `line ${line} has bytes that are not UTF-8`;
    if (CONTROLS.test(text)) return `line ${line} has a control character`;
    start = end + 1;
  }
  return 'no line of it has such a thing'; // no such case is known
}
