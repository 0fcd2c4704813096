import { createHash } from 'node:crypto';
import { defined } from '../../util/defined.ts';
import { grouped } from '../../util/grouped.ts';
import { neutralSubject, neutralText } from './neutral-text.ts';
import type { ClusterAudit, Finding, Severity } from './report.ts';
import { bySeverity, type PlacedFinding, placedFindings } from './view.ts';

/** What is said of a problem: the words of a finding. */
export type ProblemText = Pick<Finding, 'kind' | 'severity' | 'message' | 'actions' | 'remedy'>;

/** Findings of one or more clusters that say the same of the same component, for the same release. */
export interface FleetProblem {
  /** The same in every report for as long as the problem lasts. */
  readonly id: string;
  readonly severity: Severity;
  /** Of several clusters with placeholders for the names of each, of one cluster as the finding has it. */
  readonly text: ProblemText;
  /** Absent for drift. */
  readonly release?: string;
  /** What it is about: namespace and name of the component's Secret, or a resource. */
  readonly subject: string;
  readonly clusters: readonly ClusterAudit[];
  readonly places: readonly PlacedFinding[];
  /** What was found of it, and in which clusters: mostly the same in all of them. */
  readonly evidence: readonly ProblemEvidence[];
}

export interface ProblemEvidence {
  readonly live?: string;
  readonly wanted?: string;
  readonly places: readonly PlacedFinding[];
}

/** A finding in words that are the same in every cluster. */
interface Told {
  readonly placed: PlacedFinding;
  readonly text: ProblemText;
  readonly release: string | undefined;
  readonly subject: string;
  readonly live: string | undefined;
  readonly wanted: string | undefined;
}

/** The problems of a fleet, each once: the worst first, and of those what most clusters have. */
export function fleetProblems(clusters: readonly ClusterAudit[]): FleetProblem[] {
  const all = clusters.flatMap((cluster) => {
    const neutral = neutralText(cluster);
    return placedFindings(cluster).map((placed) => told(placed, neutral));
  });
  const problems = grouped(all, ({ text, release, subject }) => JSON.stringify([text, release, subject])).map(
    ([key, group]) => problemOf(key, group),
  );
  return bySeverity(problems).flatMap(([, some]) =>
    [...some].sort((a, b) => b.clusters.length - a.clusters.length),
  );
}

function told(placed: PlacedFinding, neutral: (text: string) => string): Told {
  const { cluster, release, finding } = placed;
  const { kind, severity, resource, message, actions, remedy, live, wanted } = finding;
  return {
    placed,
    text: {
      kind,
      severity,
      message: neutral(message),
      ...defined({ actions: actions?.map(neutral) }),
      remedy: neutral(remedy),
    },
    release: release === undefined ? undefined : cluster.releases[release]?.release,
    subject: neutralSubject(resource, cluster, neutral),
    live: live === undefined ? undefined : neutral(live),
    wanted: wanted === undefined ? undefined : neutral(wanted),
  };
}

function problemOf(key: string, group: readonly [Told, ...Told[]]): FleetProblem {
  const [{ text, release, subject, placed: first }] = group;
  const places = group.map(({ placed }) => placed);
  const clusters = [...new Set(places.map(({ cluster }) => cluster))];
  const isShared = clusters.length > 1;
  const evidence = grouped(group, ({ live, wanted, placed: { finding } }) =>
    JSON.stringify(isShared ? [live, wanted] : [finding.live, finding.wanted]),
  ).map(([, [one, ...others]]): ProblemEvidence => {
    const { live, wanted } = isShared ? one : one.placed.finding;
    return { ...defined({ live, wanted }), places: [one, ...others].map(({ placed }) => placed) };
  });
  return {
    id: createHash('sha256').update(key).digest('hex').slice(0, 8),
    severity: text.severity,
    text: isShared ? text : first.finding,
    ...defined({ release }),
    subject: isShared ? subject : first.finding.resource,
    clusters,
    places,
    evidence,
  };
}

export function isShared({ clusters }: FleetProblem): boolean {
  return clusters.length > 1;
}

/** What a shared problem is about in one cluster, where a resource that is no component's has a name of its own. */
export function subjectIn({ subject }: FleetProblem, { cluster, finding }: PlacedFinding): string {
  return cluster.roles.some(({ secret }) => secret === subject) ? subject : finding.resource;
}

/** New problems about which something has to be done: those of which a finding is new. */
export function newProblems(problems: readonly FleetProblem[]): FleetProblem[] {
  return problems.filter(
    ({ severity, places }) => severity !== 'info' && places.some(({ finding }) => finding.isNew),
  );
}

/** Which problem a finding belongs to, for problems that several clusters have. */
export function sharedProblems(
  problems: readonly FleetProblem[],
): (placed: PlacedFinding) => FleetProblem | undefined {
  const byPlace = new Map(
    problems
      .filter(isShared)
      .flatMap((problem) => problem.places.map((place) => [placeKey(place), problem] as const)),
  );
  return (placed) => byPlace.get(placeKey(placed));
}

function placeKey({ cluster: { cluster }, release, index }: PlacedFinding): string {
  return JSON.stringify([cluster, release, index]);
}
