import { code, factTable, fenced, indented, text } from '../markdown.ts';
import type { EvidenceTexts } from './evidence-texts.ts';
import type { FleetProblem } from './fleet-problems.ts';
import { evidenceLines } from './markdown-evidence.ts';
import { clusterTitle, link, problemTitle, releaseTitle } from './markdown-links.ts';
import type { ClusterAudit, Finding } from './report.ts';
import {
  bySeverity,
  dayText,
  NO_DRIFT,
  notUsed,
  type PlacedFinding,
  SEVERITY_WORDS,
  timeText,
  unchangedText,
} from './view.ts';

export type Retracted = ClusterAudit & { readonly retract: NonNullable<ClusterAudit['retract']> };

/** What is told elsewhere, so that one cluster need not. */
export interface Told {
  /** The problem that a finding belongs to, when other clusters have it too: it is told once for all of them. */
  readonly sharedProblem: (placed: PlacedFinding) => FleetProblem | undefined;
  readonly texts: EvidenceTexts;
}

export function clusterSection(cluster: ClusterAudit, told: Told): string {
  return [
    `## ${text(clusterTitle(cluster))}`,
    ...(cluster.reason === undefined ? [] : [text(cluster.reason)]),
    ...(cluster.retract === undefined ? [] : [retraction(cluster.retract)]),
    factTable([
      ['Region', cluster.region],
      ['Prepared for', cluster.release],
      ['Issuer', cluster.issuer],
      ['Looked at', timeText(cluster.at)],
      ['Upgrade opened to', cluster.opened.length === 0 ? undefined : cluster.opened.join(', ')],
    ]),
    ...drift(cluster, told),
    ...cluster.releases.map((_, index) => releaseSection(cluster, index, told)),
    ...lastUse(cluster),
  ].join('\n\n');
}

function retraction({ releases, reason, commands }: Retracted['retract']): string {
  return [
    `### Revoke the upgrade to ${text(releases.join(', '))}`,
    '',
    text(reason),
    '',
    ...commandBlock(commands),
  ].join('\n');
}

function drift(cluster: ClusterAudit, told: Told): string[] {
  const { status, drift } = cluster;
  const placed = drift.map((finding, index) => ({ cluster, finding, index }));
  return [
    ...(status === 'clean' ? [NO_DRIFT] : []),
    ...(drift.length === 0 ? [] : ['### Drift', ...findings(placed, told)]),
  ];
}

function releaseSection(cluster: ClusterAudit, index: number, told: Told): string {
  const release = cluster.releases[index];
  if (release === undefined) return '';
  const { source, reasons, notes = [], gate } = release;
  const placed = release.findings.map((finding, nth) => ({ cluster, release: index, finding, index: nth }));
  return [
    `### ${text(releaseTitle(cluster, release))}`,
    `Compared with ${code(source)}. ${unchangedText(release)}`.trim(),
    ...(reasons.length === 0 ? [] : [reasons.map((reason) => `- ${text(reason)}`).join('\n')]),
    ...(notes.length === 0
      ? []
      : [['Worth knowing:', '', ...notes.map((note) => `- ${text(note)}`)].join('\n')]),
    ...(gate === undefined ? [] : ['To open the upgrade, run in this order:', commandBlock(gate).join('\n')]),
    ...findings(placed, told),
  ].join('\n\n');
}

/** What other clusters have too is a line each, with a link to where it is told. */
function findings(all: readonly PlacedFinding[], { sharedProblem, texts }: Told): string[] {
  const told = all.map(({ finding, ...place }) => ({
    finding,
    problem: sharedProblem({ finding, ...place }),
  }));
  const own = told.filter(({ problem }) => problem === undefined).map(({ finding }) => finding);
  const shared = told.flatMap(({ finding, problem }) =>
    problem === undefined ? [] : [{ ...problem, finding }],
  );
  return [
    ...(shared.length === 0
      ? []
      : [
          'As in other clusters:',
          bySeverity(shared)
            .flatMap(([, group]) => group.map(sharedLine))
            .join('\n'),
        ]),
    ...bySeverity(own).flatMap(([severity, group]) => [
      `#### ${SEVERITY_WORDS[severity]}${severity === 'info' ? ': nothing has to be done' : ''}`,
      group.map((finding) => findingItem(finding, texts)).join('\n\n'),
    ]),
  ];
}

function sharedLine(problem: FleetProblem & { readonly finding: Finding }): string {
  const { kind, isNew } = problem.finding;
  return `- ${SEVERITY_WORDS[problem.severity]}${isNew ? ', new' : ''}: ${link(kind, problemTitle(problem))} ${code(problem.subject)}`;
}

function findingItem(finding: Finding, texts: EvidenceTexts): string {
  const { isNew, message, resource, kind, actions, remedy } = finding;
  return [
    `- ${isNew ? '**New.** ' : ''}${text(message)} (${code(kind)}, ${code(resource)})`,
    ...indented([
      ...(actions === undefined || actions.length === 0
        ? []
        : ['', `IAM actions: ${actions.map(code).join(', ')}`]),
      ...evidenceLines(finding, texts),
      '',
      `What to do: ${text(remedy)}`,
    ]),
  ].join('\n');
}

function lastUse({ at, roles }: ClusterAudit): string[] {
  if (roles.length === 0) return [];
  const rows = roles.map(({ name, secret, createdAt, lastUsed, region }) => {
    const day = lastUsed === undefined ? notUsed(createdAt, at) : dayText(lastUsed);
    return `| ${text(name)} | ${text(secret)} | ${text(day)} | ${text(region ?? '')} |`;
  });
  return [
    '### Last use of the roles',
    ['| Role | Secret | Last used | Region |', '|---|---|---|---|', ...rows].join('\n'),
  ];
}

function commandBlock(commands: readonly string[]): string[] {
  return fenced(commands.join('\n'), 'sh');
}
