import { visibleLine } from '../../util/visible.ts';
import { type Migration, STAGES, type Stage } from './stages.ts';

const MARKS = { done: 'done', open: 'NEXT', unknown: 'UNKNOWN', later: '' } as const satisfies Record<
  Stage['status'],
  string
>;

const OUTCOMES = {
  done: 'every component uses its short-lived credentials, as far as this looks',
  open: 'on its way',
  unknown: 'not everything could be told',
} as const satisfies Record<Migration['outcome'], string>;

/** How far a cluster has come, for people. Nothing of it does anything to a terminal. */
export function migrationText({ cluster, outcome, stages }: Migration): string {
  return `${[
    `Cluster ${cluster}: ${OUTCOMES[outcome]}`,
    '',
    ...stages.flatMap(({ stage, status, detail, commands = [] }) => [
      `  ${MARKS[status].padEnd(7)}  ${STAGES[stage]}`,
      ...(detail === undefined ? [] : [`           ${detail}`]),
      ...commands.map((command) => `             ${command}`),
    ]),
  ]
    .map(visibleLine)
    .join('\n')}\n`;
}
