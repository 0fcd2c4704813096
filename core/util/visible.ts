/** Control characters, those that turn the direction of writing, and others that nobody sees; not line breaks and tabs. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;
const UNSEEN_IN_A_LINE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/** The longest value of a stranger that a message repeats. */
const QUOTED_LENGTH = 80;

/**
 * A stranger's text for a terminal, a console, a page or a mail: control characters and those that turn the direction
 * of writing are shown by their code points, so that they do nothing. Line breaks stay.
 */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, codePoint);
}

/** The same in one line: line breaks and tabs are shown too, so that no text can pass for a line of its own. */
export function visibleLine(text: string): string {
  return text.replaceAll(UNSEEN_IN_A_LINE, codePoint);
}

/** A stranger's value in quotes for a message, cut short: it may be a secret that was put into the wrong field. */
export function quoted(text: string): string {
  return `"${shortened(text, QUOTED_LENGTH)}"`;
}

/** The beginning of a text. No character is cut in half. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** JSON for a terminal: characters that nobody sees are escaped, as JSON has it. */
export function terminalJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, escaped)}\n`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function codePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
