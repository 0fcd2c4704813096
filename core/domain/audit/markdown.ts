import { factTable, page, section, text } from '../markdown.ts';
import { evidenceTexts } from './evidence-texts.ts';
import { fleetProblems, sharedProblems } from './fleet-problems.ts';
import { clusterSection, type Retracted } from './markdown-cluster.ts';
import { clusterTitle, link, releaseTitle } from './markdown-links.ts';
import { problemSections, sharedEvidence, whatIsNew } from './markdown-problems.ts';
import { commonUpgrades, type Told } from './markdown-release.ts';
import { availableReleases, newsSections } from './markdown-releases.ts';
import { releaseStates } from './release-states.ts';
import type { AuditReport, ClusterAudit, ReleaseAudit } from './report.ts';
import {
  CLUSTER_WORDS,
  comparedReleases,
  durationText,
  EMPTY_FLEET,
  RELEASE_WORDS,
  summary,
  timeText,
} from './view.ts';

const STATUS_MARKS: Readonly<Record<ReleaseAudit['status'], string>> = {
  ready: '✓',
  'not-ready': '✕',
  unknown: '?',
};

/** The report of an audit as Markdown, for people. The same facts as the page of `auditHtml`, and as short. */
export function auditMarkdown(report: AuditReport): string {
  const problems = fleetProblems(report.clusters);
  const sharedProblem = sharedProblems(problems);
  const told: Told = {
    sharedProblem,
    states: releaseStates(report.clusters, sharedProblem),
    texts: evidenceTexts(problems, report.clusters.length),
  };
  return page([
    '# Fleet audit',
    facts(report),
    summary(report.counts),
    fleet(report.clusters),
    section('Upgrades to revoke', report.clusters.filter(hasRetraction).map(retractionLink)),
    ...problemSections(problems, told.texts),
    whatIsNew(report, problems),
    availableReleases(report.releases),
    ...newsSections(report.releases),
    ...commonUpgrades(told),
    ...report.clusters.map((cluster) => clusterSection(cluster, told)),
    ...sharedEvidence(told.texts),
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

function hasRetraction(cluster: ClusterAudit): cluster is Retracted {
  return cluster.retract !== undefined;
}

function retractionLink(cluster: Retracted): string {
  const { releases, reason } = cluster.retract;
  return `- ${link(cluster.cluster, clusterTitle(cluster))}: ${text(releases.join(', '))}. ${text(reason)}`;
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
