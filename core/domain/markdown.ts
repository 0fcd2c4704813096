import { visible, visibleLine } from '../util/visible.ts';

/**
 * Writing Markdown in which text of bundles, of AWS or of anybody else stays text: whatever goes into a page
 * goes through one of these.
 */

/** Text must not become markup of the page, neither inside a line nor by how a line begins. */
export function text(value: string): string {
  return oneLine(value)
    .replace(/[\\`*_~[\]<>|#&]/g, (character) => `\\${character}`)
    .replace(/^[-+=]|(?<=^\d+)[.)](?=\s|$)/, '\\$&');
}

/** The command that a text ends in: ours have it after a colon. */
const COMMAND = /^(.*: )((?:aws|npm|npx|oc) [^`]+)$/;

/** Text of which the command at its end is code, so that whoever copies it from the file has it as it is. */
export function textAndCommand(value: string): string {
  const [, words, command] = COMMAND.exec(oneLine(value)) ?? [];
  return words === undefined || command === undefined ? text(value) : `${text(words)} ${code(command)}`;
}

/** The same as a code span, in which nothing but a backtick has a meaning. */
export function code(value: string): string {
  // Two backticks with nothing between would open a span that goes on up to the next two.
  return `\`${oneLine(value).replaceAll('`', "'") || ' '}\``;
}

/** Lines of a fenced block. Its fence is longer than any that the text could close it with. */
export function fenced(value: string, language = ''): string[] {
  const runs = value.match(/`+/g) ?? [];
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length + 1), 3));
  return [`${fence}${language}`, ...visible(value.replace(/\r\n?/g, '\n')).split('\n'), fence];
}

/** Lines that belong to the list item before them. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

/** A section, or nothing when it has no lines. */
export function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`## ${title}`, '', ...lines].join('\n');
}

/** The parts of a page, an empty line between them. */
export function page(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** Facts as a table without a head. What is not known has no row. */
export function factTable(rows: readonly (readonly [string, string | undefined])[]): string {
  const known = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return ['| | |', '|---|---|', ...known.map(([name, value]) => `| ${name} | ${text(value)} |`)].join('\n');
}

/** What a link to the section with this title ends in, as GitHub and most others make it of the title. */
export function anchor(title: string): string {
  return oneLine(title)
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

function oneLine(value: string): string {
  return visibleLine(value.replace(/[\r\n\t]+/g, ' ').trim());
}
