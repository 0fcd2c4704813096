import { code, factTable, fenced, page, section, text, textAndCommand } from '../markdown.ts';
import type { DeletionItem } from './plan.ts';
import type { DeletionReport } from './report.ts';

const HEADLINES: Readonly<Record<DeletionReport['outcome'], string>> = {
  planned: 'What a deletion would do; nothing of it was done',
  deleted: 'Deleted',
  incomplete: 'Not all of it could be deleted',
  refused: 'Not deleted; nothing was changed',
  'cluster-busy': 'Another run is at work on this cluster; nothing was changed',
};

const SECTIONS: Readonly<Record<DeletionItem['outcome'], string>> = {
  left: 'What is left',
  goes: 'What goes',
  removed: 'What was removed',
  stays: 'What stays',
  kept: 'What was kept',
};

/** The report of a deletion, or its plan, as Markdown. */
export function deletionMarkdown(report: DeletionReport): string {
  const { cluster, options, error, items } = report;
  return page([
    `# ${text(cluster.name)}: ${HEADLINES[report.outcome]}`,
    factTable([
      ['Cluster', `${cluster.name} in ${cluster.region}`],
      ['Run', report.run],
      ['Ended', report.endedAt],
      [
        'Roles in use',
        options.unusedForHours === 0
          ? 'do not matter, as the file says'
          : `none that was used in the last ${options.unusedForHours} hours may go`,
      ],
      ["Name of the issuer's bucket", options.releaseName ? 'is given up' : 'stays reserved'],
      [
        'Private key',
        options.privateKey === 'erase'
          ? 'every version of it is removed at once'
          : 'is hidden; the output bucket keeps its versions for as long as its lifecycle says',
      ],
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
    section('What next', nextSteps(report)),
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

function nextSteps({ outcome, cluster }: DeletionReport): string[] {
  const file = text(cluster.name);
  const again = (first: string) => [
    `- ${first}upload the same file again as \`delete/${file}.yaml\`; what is gone already stays gone.`,
  ];
  switch (outcome) {
    case 'planned':
      return [`- To do it, upload the same file as \`delete/${file}.yaml\`.`];
    case 'incomplete':
      return again('Do what is said above, where it says so, and ');
    case 'refused':
    case 'cluster-busy':
      return again('When nothing stands against it any more, ');
    default:
      return [];
  }
}
