import { anchor, code, factTable, fenced, indented, page, section, text } from '../markdown.ts';
import type { AuditReport, ClusterAudit, Finding, ReleaseAudit } from './report.ts';
import {
  bySeverity,
  CLUSTER_WORDS,
  comparedReleases,
  dayText,
  durationText,
  EMPTY_FLEET,
  NO_DRIFT,
  newFindings,
  nothingNew,
  notUsed,
  type PlacedFinding,
  plural,
  RELEASE_WORDS,
  SEVERITY_WORDS,
  summary,
  timeText,
  unchangedText,
} from './view.ts';

const STATUS_MARKS: Readonly<Record<ReleaseAudit['status'], string>> = {
  ready: '✓',
  'not-ready': '✕',
  unknown: '?',
};

/** The report of an audit as Markdown, for people. The same facts as the page of `auditHtml`. */
export function auditMarkdown(report: AuditReport): string {
  return page([
    '# Fleet audit',
    facts(report),
    summary(report.counts),
    section('Upgrades to revoke', report.clusters.filter(hasRetraction).map(retractionLink)),
    whatIsNew(report),
    fleet(report.clusters),
    availableReleases(report),
    ...report.clusters.map(clusterSection),
  ]);
}

function facts({ audit, trigger, startedAt, endedAt, previousAudit }: AuditReport): string {
  const duration = durationText(startedAt, endedAt);
  return factTable([
    ['Audit', audit],
    ['Started by', trigger],
    ['Started', timeText(startedAt)],
    ['Ended', `${timeText(endedAt)}${duration === undefined ? '' : `, after ${duration}`}`],
    ['Previous audit', previousAudit],
  ]);
}

type Retracted = ClusterAudit & { readonly retract: NonNullable<ClusterAudit['retract']> };

function hasRetraction(cluster: ClusterAudit): cluster is Retracted {
  return cluster.retract !== undefined;
}

function retractionLink(cluster: Retracted): string {
  const { releases, reason } = cluster.retract;
  return `- ${link(cluster.cluster, clusterTitle(cluster))}: ${text(releases.join(', '))}. ${text(reason)}`;
}

function whatIsNew(report: AuditReport): string {
  const found = newFindings(report);
  if (report.clusters.length === 0) return '';
  return section(
    'New since the previous audit',
    found.length === 0 ? [nothingNew(report)] : found.map(newLine),
  );
}

function newLine({ cluster, release, finding }: PlacedFinding): string {
  const audited = release === undefined ? undefined : cluster.releases[release];
  const place =
    audited === undefined
      ? link(cluster.cluster, clusterTitle(cluster))
      : link(`${cluster.cluster}, release ${audited.release}`, releaseTitle(cluster, audited));
  return `- ${SEVERITY_WORDS[finding.severity]}: ${place}: ${text(finding.message)} (${code(finding.resource)})`;
}

function fleet(clusters: readonly ClusterAudit[]): string {
  if (clusters.length === 0) return section('Fleet', [text(EMPTY_FLEET)]);
  const releases = comparedReleases(clusters);
  const columns = ['Cluster', 'Prepared for', 'State'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return section('Fleet', [
    line([...columns, ...releases.map(text)]),
    line([...columns, ...releases].map(() => '---')),
    ...clusters.map((cluster) =>
      line([
        link(cluster.cluster, clusterTitle(cluster)),
        text(cluster.release ?? '–'),
        `${CLUSTER_WORDS[cluster.status]}${cluster.retract === undefined ? '' : '; revoke the upgrade'}`,
        ...releases.map((release) => cell(cluster, release)),
      ]),
    ),
    ...(releases.length === 0
      ? []
      : ['', 'A dash: not compared, because the release is not newer, or nothing is known of the cluster.']),
  ]);
}

function cell(cluster: ClusterAudit, release: string): string {
  const audited = cluster.releases.filter((one) => one.release === release);
  const told = audited.map((one) =>
    link(`${STATUS_MARKS[one.status]} ${RELEASE_WORDS[one.status]}`, releaseTitle(cluster, one)),
  );
  return told.length === 0 ? '–' : told.join(', ');
}

function availableReleases({ releases }: AuditReport): string {
  if (releases.length === 0)
    return section('Available releases', [
      'None: upload a bundle of a release as `releases/<release>.tgz` to have the fleet compared with it.',
    ]);
  return section(
    'Available releases',
    releases.flatMap(({ release, source, cluster, requests, problems }) => {
      const whom = cluster === undefined ? 'the whole fleet' : `the cluster ${text(cluster)} only`;
      const about = `for ${whom}; ${code(source)}`;
      if (problems.length === 0) return [`- ${text(release)}, ${about}; ${plural(requests, 'request')}`];
      return [
        `- **Cannot be used:** ${text(release)}, ${about}`,
        ...indented(problems.map((problem) => `- ${text(problem)}`)),
      ];
    }),
  );
}

function clusterTitle({ cluster, status }: ClusterAudit): string {
  return `Cluster ${cluster}: ${CLUSTER_WORDS[status].toLowerCase()}`;
}

function releaseTitle({ cluster }: ClusterAudit, { release, status }: ReleaseAudit): string {
  return `${cluster} to ${release}: ${RELEASE_WORDS[status].toLowerCase()}`;
}

function clusterSection(cluster: ClusterAudit): string {
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
    ...drift(cluster),
    ...cluster.releases.map((release) => releaseSection(cluster, release)),
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

function drift({ status, drift }: ClusterAudit): string[] {
  return [
    ...(status === 'clean' ? [NO_DRIFT] : []),
    ...(drift.length === 0 ? [] : ['### Drift', ...findings(drift)]),
  ];
}

function releaseSection(cluster: ClusterAudit, release: ReleaseAudit): string {
  const { source, reasons, gate } = release;
  return [
    `### ${text(releaseTitle(cluster, release))}`,
    `Compared with ${code(source)}. ${unchangedText(release)}`.trim(),
    ...(reasons.length === 0 ? [] : [reasons.map((reason) => `- ${text(reason)}`).join('\n')]),
    ...(gate === undefined ? [] : ['To open the upgrade, run in this order:', commandBlock(gate).join('\n')]),
    ...findings(release.findings),
  ].join('\n\n');
}

function findings(all: readonly Finding[]): string[] {
  return bySeverity(all).flatMap(([severity, group]) => [
    `#### ${SEVERITY_WORDS[severity]}${severity === 'info' ? ': nothing has to be done' : ''}`,
    group.map(findingItem).join('\n\n'),
  ]);
}

function findingItem({ isNew, message, resource, kind, actions, live, wanted, remedy }: Finding): string {
  const evidence = (label: string, value: string | undefined) =>
    value === undefined ? [] : ['', `${label}:`, '', ...fenced(value)];
  return [
    `- ${isNew ? '**New.** ' : ''}${text(message)} (${code(kind)}, ${code(resource)})`,
    ...indented([
      ...(actions === undefined || actions.length === 0
        ? []
        : ['', `IAM actions: ${actions.map(code).join(', ')}`]),
      ...evidence('Found', live),
      ...evidence('Wanted', wanted),
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

/** A link to the section with this title. */
function link(label: string, title: string): string {
  return `[${text(label)}](#${anchor(title)})`;
}
