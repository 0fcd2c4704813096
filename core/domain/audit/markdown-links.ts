import { anchor, text } from '../markdown.ts';
import type { FleetProblem } from './fleet-problems.ts';
import type { ReleaseState } from './release-states.ts';
import type { ClusterAudit, ReleaseAudit } from './report.ts';
import { CLUSTER_WORDS, type PlacedFinding, plural, RELEASE_WORDS } from './view.ts';

/** The titles that sections of an audit's Markdown have, and links to them. */

export function clusterTitle({ cluster, status }: ClusterAudit): string {
  return `Cluster ${cluster}: ${CLUSTER_WORDS[status].toLowerCase()}`;
}

export function releaseTitle({ cluster }: ClusterAudit, { release, status }: ReleaseAudit): string {
  return `${cluster} to ${release}: ${RELEASE_WORDS[status].toLowerCase()}`;
}

export function problemTitle({ id, text: { kind } }: FleetProblem): string {
  return `${kind}, problem ${id}`;
}

export function stateTitle({ id, release, clusters }: ReleaseState): string {
  const word = RELEASE_WORDS[release.status].toLowerCase();
  return `${release.release} in ${plural(clusters.length, 'cluster')}: ${word}, state ${id}`;
}

export function evidenceTitle(id: string): string {
  return `Text ${id}`;
}

/** A link to the section with this title. */
export function link(label: string, title: string): string {
  return `[${text(label)}](#${anchor(title)})`;
}

/** A link to where a finding is told. */
export function placeLink({ cluster, release }: PlacedFinding): string {
  const audited = release === undefined ? undefined : cluster.releases[release];
  return audited === undefined
    ? link(cluster.cluster, clusterTitle(cluster))
    : link(`${cluster.cluster}, release ${audited.release}`, releaseTitle(cluster, audited));
}
