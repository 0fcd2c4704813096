import { OPERATION_NAMES, operationFacts } from '../core/domain/operations.ts';

/** How bundles are uploaded, and what for, as the README has it. */
export function operationsTable(): string {
  const rows = OPERATION_NAMES.filter((name) => operationFacts(name).exists).map((name) => {
    const { keys, summary, keptDays, bundle } = operationFacts(name);
    const ending = bundle === 'none' || bundle === 'order' ? '.yaml' : '.tgz';
    const forms = keys.map(({ text }) => `\`${text}${ending}\``).join(' or ');
    return `| ${forms} | ${summary} | ${keptDays === undefined ? 'until you remove it' : `${keptDays} days`} |`;
  });
  return ['| upload as | what it does | the bundle is kept |', '|---|---|---|', ...rows].join('\n');
}
