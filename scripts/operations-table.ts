import { OPERATION_NAMES, operationFacts } from '../core/domain/operations.ts';

const START = '<!-- operations: npm run generate -->';
const END = '<!-- /operations -->';

/** The text with the table of operations between its marks renewed. Throws when it has no marks. */
export function withOperationsTable(text: string): string {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`There are no marks ${START} and ${END}.`);
  return `${text.slice(0, start + START.length)}\n${table()}\n${text.slice(end)}`;
}

function table(): string {
  const rows = OPERATION_NAMES.filter((name) => operationFacts(name).exists).map((name) => {
    const { keys, summary, keptDays } = operationFacts(name);
    const forms = keys.map(({ text }) => `\`${text}.tgz\``).join(' or ');
    return `| ${forms} | ${summary} | ${keptDays === undefined ? 'until you remove it' : `${keptDays} days`} |`;
  });
  return ['| upload as | what it does | the bundle is kept |', '|---|---|---|', ...rows].join('\n');
}
