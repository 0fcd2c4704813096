import { defined } from '../util/defined.ts';
import { applyCommand, createNamespaceCommand } from './cluster-commands.ts';
import { secretPath } from './manifests.ts';
import { code, factTable, fenced, indented, page, section, text, textAndCommand } from './markdown.ts';
import { asClusterOperation, type ClusterOperation } from './operations.ts';
import { formatLocation, type Location } from './problem.ts';
import type { CheckSummary, Report } from './report.ts';

const HEADLINES: Record<Report['outcome'], string> = {
  prepared: 'Prepared and verified',
  adopted: 'Registered as it is; nothing was changed',
  rejected: 'Bundle refused; nothing was made',
  'not-planned': 'No plan could be made; nothing was changed',
  'rolled-back': 'Failed and rolled back; the account is as it was before',
  'rollback-incomplete': 'Failed, and not everything could be undone',
  'cluster-busy': 'Another run is at work on this cluster; nothing was made',
};

/** Words for the checks of a verification, by check name. */
export type CheckTitles = Readonly<Record<string, string>>;

/** The report of a run as Markdown, for people. */
export function reportMarkdown(report: Report, checkTitles: CheckTitles): string {
  return page([
    `# ${text(report.cluster?.name ?? report.bundle.key)}: ${headline(report)}`,
    facts(report),
    section(
      'Error',
      report.error === undefined ? [] : [code(report.error.name), '', ...quote(report.error.cause)],
    ),
    section(
      'Problems',
      (report.problems ?? []).map(
        (problem) =>
          `- ${where(problem)}**${problem.code}** ${text(problem.message)} ${textAndCommand(problem.remedy)}`,
      ),
    ),
    section(
      'What is left',
      (report.undo ?? []).filter(({ outcome }) => outcome === 'left').flatMap(remainingResource),
    ),
    section(
      'What was undone',
      (report.undo ?? [])
        .filter(({ outcome }) => outcome === 'undone')
        .map(({ resource, detail }) => `- ${text(resource)}: ${text(detail)}`),
    ),
    changes(report),
    differences(report),
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
  ]);
}

function facts(report: Report): string {
  return factTable([
    ['Run', report.run],
    ['Bundle', `s3://${report.bundle.bucket}/${report.bundle.key}`],
    ['Region', report.cluster?.region],
    ['Release', report.cluster?.release],
    [wordsOf(report)?.release ?? OF_BUNDLE, report.release],
    ['Add-on', report.addOn],
    ['Feature set', report.cluster?.featureSet],
    ['Issuer', report.issuer],
    ['Identity provider', report.providerArn],
    ['Signing key', report.keyId],
    ['Roles', report.roles?.length.toString()],
    ['Started', report.startedAt],
    ['Ended', report.endedAt],
  ]);
}

const UNCHANGING: readonly Report['outcome'][] = ['adopted', 'rejected', 'cluster-busy'];

function changes(report: Report): string {
  if (UNCHANGING.includes(report.outcome)) return '';
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

/** How a cluster that was adopted is other than the requests say. */
function differences({ differences: found }: Report): string {
  if (found === undefined) return '';
  const title = 'What differs from what a prepare would make';
  if (found.length === 0)
    return `## ${title}\n\nNothing: issuer, identity provider and roles are what the requests ask for.`;
  return section(
    title,
    found.map(({ action, resource, part }) =>
      action === 'create'
        ? `- ${text(resource)} is not there`
        : `- ${text(resource)}: ${text(part)} ${part === 'tags' ? 'differ' : 'differs'}`,
    ),
  );
}

function verification(checks: readonly CheckSummary[], titles: CheckTitles): string {
  if (checks.length === 0) return '';
  const rows = checks.map(({ check, proved, notProved, reason, provedBy }) => {
    const open = notProved === 0 ? '' : `${notProved}: ${text(reason ?? '')}`;
    return `| ${text(titles[check] ?? check)} | ${proved}${provedBy === undefined ? '' : `, by ${text(provedBy)}`} | ${open} |`;
  });
  return section('Verification', ['| Check | Proved | Not proved |', '|---|---|---|', ...rows]);
}

function remainingResource(undo: NonNullable<Report['undo']>[number]): string[] {
  const commands = undo.commands ?? [];
  return [
    `- ${text(undo.resource)}: ${text(undo.detail)}`,
    ...(commands.length === 0 ? [] : ['', ...indented(fenced(commands.join('\n'), 'sh'))]),
  ];
}

function nextSteps(report: Report): string {
  return report.outcome === 'prepared' || report.outcome === 'adopted'
    ? (wordsOf(report)?.next(report) ?? '')
    : '';
}

/** What differs between the reports of operations. */
interface Words {
  /** What the cluster has to do with the release that the bundle's key names. */
  readonly release: string;
  /** What a success comes to, where it is less than all of a cluster. */
  readonly done?: string;
  /** What to do after a success. */
  readonly next: (report: Report) => string;
}

function headline(report: Report): string {
  const done = report.outcome === 'prepared' ? wordsOf(report)?.done : undefined;
  return done ?? HEADLINES[report.outcome];
}

const OF_BUNDLE = 'Release of the bundle';

/** The last of the steps leaves all that the installer needs; before it the warnings say what is to come. */
const A_STEP = { release: OF_BUNDLE, next: installSteps };

const WORDS: Readonly<Record<ClusterOperation, Words>> = {
  prepare: { release: 'Also prepared for', next: installSteps },
  adopt: { release: OF_BUNDLE, next: (report) => section('Next', adoptionSteps(report)) },
  'create-key-pair': { ...A_STEP, done: 'Signing key made and verified' },
  'create-identity-provider': { ...A_STEP, done: 'Issuer and identity provider made and verified' },
  'create-iam-roles': { ...A_STEP, done: 'Roles and Secrets made and verified' },
  upgrade: { release: 'Also prepared for', next: (report) => section('Next', upgradeSteps(report)) },
  prune: { release: 'Pruned to', next: () => '' },
  add: { release: OF_BUNDLE, next: (report) => section('Next', addOnSteps(report)) },
  remove: { release: OF_BUNDLE, next: () => '' },
};

/** Undefined for the undo of a stopped run, and where a bundle was refused because it is for no operation. */
function wordsOf({ operation }: Report): Words | undefined {
  const known = asClusterOperation(operation);
  return known === undefined ? undefined : WORDS[known];
}

/** An upgrade is opened by an audit, which looks at the cluster as it is then; so there is no command for that here. */
function upgradeSteps(report: Report): string[] {
  const { release = '', files = [] } = report;
  return [
    `Nothing in the cluster has changed yet. Its roles in AWS have all that ${text(release)} asks for, beside what they had.`,
    '',
    ...(files.length === 0
      ? ['The cluster needs no new Secret.']
      : [
          'Put the new Secrets into the cluster before you upgrade it:',
          '',
          ...fenced(applyCommands(report), 'sh'),
        ]),
    '',
    `When everything suffices, the next audit that has the bundle of ${text(release)} gives the command that opens the upgrade.`,
  ];
}

/** Commands that put the Secrets of a report into the cluster, and their namespaces before them. */
function applyCommands({ roles = [], files = [] }: Report): string {
  const brought = roles.filter(({ secret }) => {
    const [namespace = '', name = ''] = secret.split('/');
    return files.some((file) => file.endsWith(`/${secretPath({ namespace, name })}`));
  });
  const namespaces = [...new Set(brought.map(({ secret }) => secret.split('/')[0] ?? ''))].sort();
  return [...namespaces.map(createNamespaceCommand), ...files.map(applyCommand)].join('\n');
}

function addOnSteps(report: Report): string[] {
  return [
    'Put the Secrets of the operator into the cluster before you install the operator, or into its namespace if it is installed:',
    '',
    ...fenced(applyCommands(report), 'sh'),
  ];
}

function adoptionSteps({ cluster, differences: found = [], keyId }: Report): string[] {
  const name = text(cluster?.name ?? '');
  return [
    `From now on the daily audit covers the cluster, and \`upgrade/${name}/<release>.tgz\`, \`prune/${name}/<release>.tgz\` and \`add/${name}/<name>.tgz\` are for it too. What its roles have beyond their requests stays: no run takes it away.`,
    '',
    ...(keyId === undefined
      ? []
      : ['The private signing key stays where it is. Nothing here has it, and no run makes another.', '']),
    found.length === 0
      ? 'Upload the bundle below `prepare/` to have the manifests of the cluster here as well; nothing else would change.'
      : 'Upload the bundle below `prepare/` to have the differences put right, and the manifests of the cluster here.',
  ];
}

function installSteps(report: Report): string {
  const archive = report.files?.find((file) => file.endsWith('install.tar.gz'));
  if (archive === undefined) return '';
  return section('Next', [
    'In the directory that holds `install-config.yaml`, with `credentialsMode: Manual` in it. The manifests come first: making them, the installer discards what lies there. The archive holds the private signing key: keep it safe, and delete your copy afterwards.',
    '',
    '```sh',
    'openshift-install create manifests --dir <install dir>',
    `aws s3 cp ${archive} install.tar.gz`,
    'tar xzf install.tar.gz -C <install dir>',
    'openshift-install create cluster --dir <install dir>',
    '```',
  ]);
}

function where(location: { readonly [Part in keyof Location]?: Location[Part] | undefined }): string {
  const { file, document, field } = location;
  const known = formatLocation({
    ...defined({ file, document, field }),
  });
  return known === '' ? '' : `${code(known)}: `;
}

function quote(cause: string): string[] {
  return cause.split('\n').map((line) => `> ${textAndCommand(line)}`);
}
