import { code, factTable, fenced, page, section, text, textAndCommand } from '../markdown.ts';
import type { DeletionItem } from './plan.ts';
import type { DeletionReport } from './report.ts';
import { HEADLINES, nextSteps, optionFacts, SECTIONS } from './words.ts';

/** The report of a deletion, or its plan, as Markdown. */
export function deletionMarkdown(report: DeletionReport): string {
  const { cluster, error, items } = report;
  return page([
    `# ${text(cluster.name)}: ${HEADLINES[report.outcome]}`,
    factTable([
      ['Cluster', `${cluster.name} in ${cluster.region}`],
      ['Run', report.run],
      ['Ended', report.endedAt],
      ...optionFacts(report),
    ]),
    section(
      report.outcome === 'refused' ? 'Why' : 'Error',
      error === undefined
        ? []
        : [code(error.name), '', ...error.cause.split('\n').map((line) => `- ${textAndCommand(line)}`)],
    ),
    ...(Object.keys(SECTIONS) as DeletionItem['outcome'][]).map((outcome) =>
      section(SECTIONS[outcome], items.filter((item) => item.outcome === outcome).flatMap(itemLines)),
    ),
    section(
      'What next',
      nextSteps(report).map((each) => `- ${each}`),
    ),
  ]);
}

function itemLines({ resource, detail, commands = [] }: DeletionItem): string[] {
  return [
    `- ${text(resource)}: ${text(detail)}`,
    ...(commands.length === 0
      ? []
      : ['', ...fenced(commands.join('\n'), 'sh').map((line) => `  ${line}`), '']),
  ];
}
