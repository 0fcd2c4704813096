import { createHash } from 'node:crypto';
import { defined } from '../../util/defined.ts';
import { grouped } from '../../util/grouped.ts';
import type { FleetProblem } from './fleet-problems.ts';
import { neutralText } from './neutral-text.ts';
import type { ClusterAudit, ReleaseAudit } from './report.ts';
import type { PlacedFinding } from './view.ts';

/** What an audit says of a release, of several clusters in the same words: all but the commands that open the upgrade. */
export interface ReleaseState {
  /** The same in every report for as long as the state lasts. */
  readonly id: string;
  /** Its texts have placeholders for the names of each cluster. */
  readonly release: Omit<ReleaseAudit, 'findings' | 'gate'>;
  readonly problems: readonly FleetProblem[];
  readonly clusters: readonly ClusterAudit[];
}

export interface ReleaseStates {
  readonly all: readonly ReleaseState[];
  /** The state of one release of a cluster, by its index; undefined when there is something of the cluster's own. */
  readonly stateOf: (cluster: ClusterAudit, release: number) => ReleaseState | undefined;
}

interface Candidate {
  readonly cluster: ClusterAudit;
  readonly index: number;
  readonly release: ReleaseState['release'];
  readonly problems: readonly FleetProblem[];
}

/** Releases that lack the same in several clusters, and nothing else: most of a fleet is in few states. */
export function releaseStates(
  clusters: readonly ClusterAudit[],
  sharedProblem: (placed: PlacedFinding) => FleetProblem | undefined,
): ReleaseStates {
  const states = grouped(
    clusters.flatMap((cluster) => candidates(cluster, sharedProblem)),
    ({ release, problems }) => JSON.stringify([release, problems.map(({ id }) => id)]),
  ).flatMap(([key, group]) => {
    const [{ release, problems }] = group;
    const members = [...new Set(group.map(({ cluster }) => cluster))];
    const id = createHash('sha256').update(key).digest('hex').slice(0, 8);
    return members.length === 1 ? [] : [{ state: { id, release, problems, clusters: members }, group }];
  });
  const byPlace = new Map(
    states.flatMap(({ state, group }) =>
      group.map(({ cluster, index }) => [placeKey(cluster, index), state] as const),
    ),
  );
  return {
    all: states.map(({ state }) => state),
    stateOf: (cluster, release) => byPlace.get(placeKey(cluster, release)),
  };
}

function candidates(
  cluster: ClusterAudit,
  sharedProblem: (placed: PlacedFinding) => FleetProblem | undefined,
): Candidate[] {
  const neutral = neutralText(cluster);
  return cluster.releases.flatMap(({ findings, gate: _, reasons, notes, ...rest }, index) => {
    const problems = findings.flatMap(
      (finding, nth) => sharedProblem({ cluster, release: index, index: nth, finding }) ?? [],
    );
    if (findings.length === 0 || problems.length < findings.length) return [];
    const release = { ...rest, reasons: reasons.map(neutral), ...defined({ notes: notes?.map(neutral) }) };
    return [{ cluster, index, release, problems }];
  });
}

function placeKey({ cluster }: ClusterAudit, release: number): string {
  return JSON.stringify([cluster, release]);
}
