import { KIND_NAMES, KINDS } from './kinds.ts';
import type { Result } from './results.ts';
import { STARTS, type StartName } from './starts.ts';
import { VERDICTS, type Verdict } from './verdict.ts';

const COLUMNS = Object.keys(VERDICTS) as Verdict[];

/** Points by kind and verdict, for each start; then all together. Markdown, as docs/fault-matrix.md has it. */
export function resultTables(results: readonly Result[]): string {
  const parts = groups(results).map(([title, group]) => `### ${title}\n\n${table(group)}`);
  return [...parts, `### All\n\n${table(results)}`].join('\n\n');
}

function groups(results: readonly Result[]): [string, Result[]][] {
  const found = new Map<string, Result[]>();
  for (const result of results) {
    const { start, failIn } = result.point;
    const title =
      failIn === undefined
        ? `From \`${start}\`: ${STARTS[start as StartName].about}`
        : `The way back to \`${start}\`: a step of the run fails for good, and its undo meets a fault`;
    const group = found.get(title) ?? [];
    found.set(title, [...group, result]);
  }
  return [...found];
}

function table(results: readonly Result[]): string {
  const shown = COLUMNS.filter(
    (verdict) => verdict === 'DEFECT' || results.some((each) => each.verdict === verdict),
  );
  const row = (title: string, group: readonly Result[]) => {
    const counts = shown.map((verdict) => group.filter((each) => each.verdict === verdict).length);
    return `| ${[title, ...counts.map((count) => (count === 0 ? '' : count)), group.length].join(' | ')} |`;
  };
  const kinds = KIND_NAMES.filter((kind) => results.some(({ point }) => point.kind === kind));
  return [
    `| | ${shown.join(' | ')} | points |`,
    `|---|${shown.map(() => '---:|').join('')}---:|`,
    ...kinds.map((kind) =>
      row(
        KINDS[kind],
        results.filter(({ point }) => point.kind === kind),
      ),
    ),
    row('**all**', results),
  ].join('\n');
}
