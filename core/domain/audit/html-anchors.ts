import type { FleetProblem } from './fleet-problems.ts';
import type { ReleaseState } from './release-states.ts';
import type { ClusterAudit } from './report.ts';
import type { PlacedFinding } from './view.ts';

/** Ids of the page's sections: unique on the page, and the same for the same thing in every report. */

export function clusterAnchor(cluster: string): string {
  return `cluster/${slug(cluster)}`;
}

export function driftAnchor(cluster: string): string {
  return `${clusterAnchor(cluster)}/drift`;
}

/** Of one release of a cluster, by its index. Should a release be there twice, the second has an id of its own. */
export function releaseAnchor({ cluster, releases }: ClusterAudit, index: number): string {
  const release = releases[index]?.release ?? '';
  const before = releases.slice(0, index).filter((one) => one.release === release).length;
  return `${clusterAnchor(cluster)}/to/${slug(release)}${before === 0 ? '' : `/${before + 1}`}`;
}

/** Of a finding, by its index in the list that is at another anchor. */
export function findingAnchor(list: string, index: number): string {
  return `${list}/finding-${index + 1}`;
}

export function placedAnchor({ cluster, release, index }: PlacedFinding): string {
  const list = release === undefined ? driftAnchor(cluster.cluster) : releaseAnchor(cluster, release);
  return findingAnchor(list, index);
}

/** Of a problem that several clusters have; short, because every one of them links to it. */
export function problemAnchor({ id }: FleetProblem): string {
  return `p-${id}`;
}

/** Of the cluster with this index in the report: for long lists, where the name would stand twice. */
export function shortAnchor(index: number): string {
  return `c${index}`;
}

/** Of what several clusters have in common for a release. */
export function stateAnchor({ id }: ReleaseState): string {
  return `s-${id}`;
}

/** Other characters than these by their number: an id must not hold a space, and no two names may share one. */
function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
}
