import { compareReleases, parseRelease } from '../release.ts';
import type { AuditCounts, AuditReport, ClusterAudit, Finding, ReleaseAudit, Severity } from './report.ts';

/** What the Markdown and the HTML form of an audit's report have in common: its words, and what goes where. */

/** Where the way to a release is open without a command. */
export const NOT_HELD_BACK = 'Nothing has to be run: updates inside a minor version are not held back.';

export const CLUSTER_WORDS: Readonly<Record<ClusterAudit['status'], string>> = {
  clean: 'Clean',
  drifted: 'Drifted',
  unknown: 'Unknown',
};

export const RELEASE_WORDS: Readonly<Record<ReleaseAudit['status'], string>> = {
  ready: 'Ready',
  'not-ready': 'Not ready',
  unknown: 'Unknown',
};

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  warning: 'Warning',
  info: 'Info',
};

const SEVERITIES = Object.keys(SEVERITY_WORDS) as Severity[];

export const EMPTY_FLEET =
  'No cluster is registered yet, so there was nothing to audit. To register one, upload its bundle below ' +
  'prepare/ in the intake bucket: once that run has ended, the next audit has the cluster.';

export const NO_DRIFT = 'The cluster is what it was last prepared to be.';

/** For so long IAM keeps when a role was last used. */
const USE_IS_KEPT_MS = 400 * 24 * 60 * 60 * 1_000;

/**
 * What is known of a role that IAM shows no use of. Of one that is younger than what IAM keeps it is its whole life.
 *
 * @param at When the audit looked, ISO 8601.
 */
export function notUsed(createdAt: string | undefined, at: string): string {
  const isYounger = createdAt !== undefined && Date.parse(at) - Date.parse(createdAt) < USE_IS_KEPT_MS;
  return isYounger ? `Not since it was made, ${dayText(createdAt)}` : 'Never, or not within 400 days';
}

/** The whole audit in two sentences. */
export function summary(counts: AuditCounts): string {
  const { clusters, clean, drifted, unknown, ready, notReady, unknownReleases } = counts;
  if (clusters === 0) return 'No cluster is registered.';
  const pairs = ready + notReady + unknownReleases;
  const states = [
    [clean, 'clean'],
    [drifted, 'drifted'],
    [unknown, 'unknown'],
  ] as const;
  const told = states.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const fleet = `${plural(clusters, 'cluster')}: ${told.join(', ')}.`;
  if (pairs === 0) return `${fleet} There was no newer release to compare with.`;
  return `${fleet} ${ready} of ${plural(pairs, 'pair')} of cluster and release ${ready === 1 ? 'is' : 'are'} ready.`;
}

/** `1 warning`, `2 warnings`. */
export function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** How much of a release nothing has to be done for; empty when it could not be looked at. */
export function unchangedText({ status, unchanged }: Pick<ReleaseAudit, 'status' | 'unchanged'>): string {
  if (status === 'unknown' && unchanged === 0) return '';
  return unchanged === 1
    ? '1 component has all that the release asks for.'
    : `${unchanged} components have all that the release asks for.`;
}

/** How many findings there are of each severity, as far as there are any: `1 critical, 2 warnings`. */
export function tally(findings: readonly Finding[]): string {
  return bySeverity(findings)
    .map(([severity, { length }]) =>
      severity === 'warning' ? plural(length, severity) : `${length} ${severity}`,
    )
    .join(', ');
}

/** Findings by severity, the worst first; severities without findings are not in it. */
export function bySeverity<Item extends { readonly severity: Severity }>(
  findings: readonly Item[],
): (readonly [Severity, readonly Item[]])[] {
  return SEVERITIES.map(
    (severity) => [severity, findings.filter((one) => one.severity === severity)] as const,
  ).filter(([, group]) => group.length > 0);
}

/** All releases that any cluster was compared with, the oldest first. */
export function comparedReleases(clusters: readonly ClusterAudit[]): string[] {
  const all = clusters.flatMap((cluster) => cluster.releases.map(({ release }) => release));
  return [...new Set(all)].sort(byVersion);
}

/** Orders releases by version; what is no release comes last. */
function byVersion(a: string, b: string): number {
  const [left, right] = [parseRelease(a), parseRelease(b)];
  if (left !== undefined && right !== undefined) return compareReleases(left, right);
  if (left !== undefined || right !== undefined) return left === undefined ? 1 : -1;
  return a < b ? -1 : Number(a > b);
}

/** A finding, and where it is: in the drift of a cluster, or in one of its releases. */
export interface PlacedFinding {
  readonly cluster: ClusterAudit;
  /** Index in the cluster's releases; absent for drift. */
  readonly release?: number;
  /** Index in the list that it is of. */
  readonly index: number;
  readonly finding: Finding;
}

/** All findings of a cluster, its drift first. */
export function placedFindings(cluster: ClusterAudit): PlacedFinding[] {
  return [
    ...cluster.drift.map((finding, index) => ({ cluster, finding, index })),
    ...cluster.releases.flatMap(({ findings }, release) =>
      findings.map((finding, index) => ({ cluster, release, finding, index })),
    ),
  ];
}

/** What is to be said when there is no new finding to list. */
export function nothingNew(report: AuditReport): string {
  return report.previousAudit === undefined
    ? 'This is the first audit, so there is nothing to compare its findings with.'
    : 'Nothing that would need attention.';
}

/** `2026-03-02 04:00 UTC`; what is not a time of ISO 8601 stays as it is. */
export function timeText(iso: string): string {
  return isTime(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso;
}

export function dayText(iso: string): string {
  return isTime(iso) ? iso.slice(0, 10) : iso;
}

export function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(text);
}

/** `2 min 5 s`, or undefined when either end is not a time. */
export function durationText(from: string, to: string): string | undefined {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  if (!isTime(from) || !isTime(to) || !(seconds >= 0)) return undefined;
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const DAY_MS = 24 * 60 * 60_000;

/** What was found in the running cluster, with its age at the time of the audit; undefined where nobody handed it over. */
export function verifiedText({ at, verified }: Pick<ClusterAudit, 'at' | 'verified'>): string | undefined {
  if (verified === undefined) return undefined;
  const words = {
    verified: 'uses the prepared credentials',
    findings: `${plural(verified.findings, 'finding')}, ${verified.unknown} unknown`,
    unknown: `unknown: ${verified.reason ?? `${plural(verified.unknown, 'result')} could not be told`}`,
  }[verified.outcome];
  if (verified.at === undefined) return words;
  const days = Math.max(0, Math.floor((Date.parse(at) - Date.parse(verified.at)) / DAY_MS));
  return `${words} (handed over; of ${timeText(verified.at)}, ${plural(days, 'day')} before this audit)`;
}
