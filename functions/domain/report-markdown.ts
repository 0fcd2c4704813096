import { formatLocation, type Location } from './problem.ts';
import type { CheckSummary, Report } from './report.ts';

const HEADLINES: Record<Report['outcome'], string> = {
  prepared: 'Prepared and verified',
  rejected: 'Bundle refused; nothing was made',
  'rolled-back': 'Failed and rolled back; the account is as it was before',
  'rollback-incomplete': 'Failed, and not everything could be undone',
  'cluster-busy': 'Another run is at work on this cluster; nothing was made',
};

/** Words for the checks of a verification, by check name. */
export type CheckTitles = Readonly<Record<string, string>>;

/** The report of a run as Markdown, for people. */
export function reportMarkdown(report: Report, checkTitles: CheckTitles): string {
  return [
    `# ${text(report.cluster?.name ?? report.bundle.key)}: ${HEADLINES[report.outcome]}`,
    facts(report),
    section(
      'Error',
      report.error === undefined ? [] : [code(report.error.name), '', ...quote(report.error.cause)],
    ),
    section(
      'Problems',
      (report.problems ?? []).map(
        (problem) =>
          `- ${where(problem)}**${problem.code}** ${text(problem.message)} ${text(problem.remedy)}`,
      ),
    ),
    section(
      'What is left',
      (report.undo ?? []).filter(({ outcome }) => outcome === 'left').flatMap(leftover),
    ),
    section(
      'What was undone',
      (report.undo ?? [])
        .filter(({ outcome }) => outcome === 'undone')
        .map(({ resource, detail }) => `- ${text(resource)}: ${text(detail)}`),
    ),
    changes(report),
    verification(report.verification ?? [], checkTitles),
    section(
      'Warnings',
      report.warnings.map((warning) => `- ${text(warning)}`),
    ),
    section(
      'Skipped documents',
      report.skipped.map((skipped) => `- ${where(skipped)}${text(skipped.reason)}`),
    ),
    nextSteps(report),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function facts(report: Report): string {
  const rows: [string, string | undefined][] = [
    ['Run', report.run],
    ['Bundle', `s3://${report.bundle.bucket}/${report.bundle.key}`],
    ['Region', report.cluster?.region],
    ['Release', report.cluster?.release],
    ['Feature set', report.cluster?.featureSet],
    ['Issuer', report.issuer],
    ['Identity provider', report.providerArn],
    ['Signing key', report.keyId],
    ['Roles', report.roles?.length.toString()],
    ['Started', report.startedAt],
    ['Ended', report.endedAt],
  ];
  const known = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return ['| | |', '|---|---|', ...known.map(([name, value]) => `| ${name} | ${text(value)} |`)].join('\n');
}

function changes(report: Report): string {
  if (report.outcome === 'rejected' || report.outcome === 'cluster-busy') return '';
  const title = report.outcome === 'prepared' ? 'Changes' : 'Changes that were planned';
  if (report.changes.length === 0) return `## ${title}\n\nNone: everything was as it should be.`;
  return section(
    title,
    report.changes.map(
      ({ action, resource, part }) =>
        `- ${action} ${text(resource)}${part === 'all' ? '' : `: ${text(part)}`}`,
    ),
  );
}

function verification(checks: readonly CheckSummary[], titles: CheckTitles): string {
  if (checks.length === 0) return '';
  const rows = checks.map(({ check, proved, notProved, reason }) => {
    const open = notProved === 0 ? '' : `${notProved}: ${text(reason ?? '')}`;
    return `| ${text(titles[check] ?? check)} | ${proved} | ${open} |`;
  });
  return section('Verification', ['| Check | Proved | Not proved |', '|---|---|---|', ...rows]);
}

function leftover(undo: NonNullable<Report['undo']>[number]): string[] {
  const commands = undo.commands ?? [];
  return [
    `- ${text(undo.resource)}: ${text(undo.detail)}`,
    ...(commands.length === 0 ? [] : ['', '  ```sh', ...commands.map((command) => `  ${command}`), '  ```']),
  ];
}

function nextSteps(report: Report): string {
  if (report.outcome !== 'prepared' || report.cluster === undefined) return '';
  const archive = report.files?.find((file) => file.endsWith('install.tar.gz'));
  if (archive === undefined) return '';
  return section('Next', [
    'Unpack the archive into the directory that holds `install-config.yaml` (with `credentialsMode: Manual`) after `openshift-install create manifests`, then create the cluster. The archive holds the private signing key: keep it safe, and delete your copy afterwards.',
    '',
    '```sh',
    `aws s3 cp ${archive} install.tar.gz`,
    'tar xzf install.tar.gz -C <install dir>',
    'openshift-install create cluster --dir <install dir>',
    '```',
  ]);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`## ${title}`, '', ...lines].join('\n');
}

function where(location: { readonly [Part in keyof Location]?: Location[Part] | undefined }): string {
  const { file, document, field } = location;
  const known = formatLocation({
    ...(file === undefined ? {} : { file }),
    ...(document === undefined ? {} : { document }),
    ...(field === undefined ? {} : { field }),
  });
  return known === '' ? '' : `${code(known)}: `;
}

function quote(cause: string): string[] {
  return cause.split('\n').map((line) => `> ${text(line)}`);
}

/** Text of a bundle must not become markup of the report, neither inside a line nor by how a line begins. */
function text(value: string): string {
  return oneLine(value)
    .replace(/[\\`*_~[\]<>|#&]/g, (character) => `\\${character}`)
    .replace(/^[-+=]|(?<=^\d+)[.)](?=\s|$)/, '\\$&');
}

/** The same as a code span, in which nothing but a backtick has a meaning. */
function code(value: string): string {
  return `\`${oneLine(value).replaceAll('`', "'")}\``;
}

function oneLine(value: string): string {
  return value.replace(/[\r\n]+/g, ' ').trim();
}
