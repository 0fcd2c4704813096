import { defined } from '../util/defined.ts';
import { approvalFacts } from './approval-words.ts';
import { code, factTable, fenced, indented, page, section, text, textAndCommand } from './markdown.ts';
import { type NextStep, nextSteps } from './next-steps.ts';
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
  'approval-refused': 'The plan was refused; nothing was made',
  'approval-timed-out': 'Nobody approved the plan in time; nothing was made',
  'plan-outdated': 'The plan was approved, and held no more; nothing was made',
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
    next(report),
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
    ...approvalFacts(report.approval),
    ['Started', report.startedAt],
    ['Ended', report.endedAt],
  ]);
}

const UNCHANGING: readonly Report['outcome'][] = ['adopted', 'rejected', 'cluster-busy'];

function changes(report: Report): string {
  if (UNCHANGING.includes(report.outcome)) return '';
  const title = report.outcome === 'prepared' ? 'Changes' : 'Changes that were planned';
  if (report.changes.length === 0)
    return report.outcome === 'prepared'
      ? `## ${title}\n\nNone: everything was as it should be.`
      : `## ${title}\n\nNone: the run came to its end before it had a plan, or there was nothing to change.`;
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

function next(report: Report): string {
  const steps = afterwards(report).flatMap((step) => [
    '',
    ...('say' in step ? [step.say] : fenced(step.run.join('\n'), 'sh')),
  ]);
  return section('Next', steps.slice(1));
}

/** What is to be done after a run; after one that failed, the report says it where it says what is left. */
export function afterwards(report: Report): readonly NextStep[] {
  const known = asClusterOperation(report.operation);
  const isDone = report.outcome === 'prepared' || report.outcome === 'adopted';
  return isDone && known !== undefined ? nextSteps(known, report) : [];
}

/** What differs between the reports of operations. */
interface Words {
  /** What the cluster has to do with the release that the bundle's key names. */
  readonly release: string;
  /** What a success comes to, where it is less than all of a cluster. */
  readonly done?: string;
}

/** What became of a run, in a line. */
export function headline(report: Report): string {
  const done = report.outcome === 'prepared' ? wordsOf(report)?.done : undefined;
  return done ?? HEADLINES[report.outcome];
}

const OF_BUNDLE = 'Release of the bundle';

const A_STEP = { release: OF_BUNDLE };

const WORDS: Readonly<Record<ClusterOperation, Words>> = {
  prepare: { release: 'Also prepared for' },
  adopt: { release: OF_BUNDLE },
  migrate: { release: OF_BUNDLE, done: 'Prepared and verified; the cluster does not use it yet' },
  'create-key-pair': { ...A_STEP, done: 'Signing key made and verified' },
  'create-identity-provider': { ...A_STEP, done: 'Issuer and identity provider made and verified' },
  'create-iam-roles': { ...A_STEP, done: 'Roles and Secrets made and verified' },
  upgrade: { release: 'Also prepared for' },
  prune: { release: 'Pruned to' },
  add: { release: OF_BUNDLE },
  remove: { release: OF_BUNDLE },
};

/** Undefined for the undo of a stopped run, and where a bundle was refused because it is for no operation. */
function wordsOf({ operation }: Report): Words | undefined {
  const known = asClusterOperation(operation);
  return known === undefined ? undefined : WORDS[known];
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
