import { visibleLine } from '../../util/visible.ts';
import { CLUSTER_CHECKS, type ClusterCheckName, type ClusterCheckReport } from './report.ts';

const WORDS = {
  verified: 'verified',
  findings: 'there are findings',
  unknown: 'not everything could be told',
} as const;

const MARKS = { verified: 'ok', finding: 'FINDING', unknown: 'UNKNOWN', note: 'note' } as const;

/** What was found, for people. Nothing of it does anything to a terminal. */
export function clusterCheckText({ cluster, at, outcome, preparedBy, results }: ClusterCheckReport): string {
  const count = (wanted: string) => results.filter((result) => result.outcome === wanted).length;
  const checks = Object.keys(CLUSTER_CHECKS) as ClusterCheckName[];
  return `${[
    `Cluster ${cluster}: ${WORDS[outcome]}`,
    `${count('verified')} verified, ${count('finding')} findings, ${count('unknown')} unknown, ${count('note')} notes; against run ${preparedBy}, at ${at}`,
    ...checks.flatMap((check) => {
      const own = results.filter((result) => result.check === check);
      if (own.length === 0) return [];
      return [
        '',
        CLUSTER_CHECKS[check],
        ...own.flatMap(({ outcome: each, subject, detail, remedy }) => [
          `  ${MARKS[each].padEnd(7)}  ${subject}`,
          ...[detail ?? [], remedy ?? []].flat().map((line) => `           ${line}`),
        ]),
      ];
    }),
  ]
    .map(visibleLine)
    .join('\n')}\n`;
}
