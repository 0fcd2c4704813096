import { type Html, html, NOTHING } from '../html.ts';
import { clusterAnchor, releaseAnchor } from './html-anchors.ts';
import { filterAttributes, filters } from './html-filter.ts';
import { badge, clusterBadge, icon, RELEASE_ICONS, scrollingTable } from './html-parts.ts';
import type { ClusterAudit } from './report.ts';
import { comparedReleases, EMPTY_FLEET, RELEASE_WORDS } from './view.ts';

const REVOKE = badge('bad', 'Revoke');

/** The matrix of clusters and releases, with what it can be filtered by. */
export function fleet(all: readonly ClusterAudit[]): Html {
  const releases = comparedReleases(all);
  const none = html`<p class="note unknown">${icon('info')}<span>${EMPTY_FLEET}</span></p>`;
  return html`<section aria-labelledby="fleet">
<h2 id="fleet">Fleet</h2>
${
  all.length === 0
    ? none
    : html`${filters(all)}
${scrollingTable('Clusters and releases', matrix(all, releases))}`
}
${releases.length === 0 ? NOTHING : html`<p class="quiet">A dash: not compared, because the release is not newer, or nothing is known of the cluster.</p>`}
</section>`;
}

function matrix(all: readonly ClusterAudit[], releases: readonly string[]): Html {
  const rows = all.map(
    (
      cluster,
    ) => html`<tr${filterAttributes(cluster)}><th scope="row"><a href="#${clusterAnchor(cluster.cluster)}">${cluster.cluster}</a></th>
<td>${cluster.release ?? '–'}</td><td>${clusterBadge(cluster.status)}${cluster.retract === undefined ? NOTHING : REVOKE}</td>${releases.map((release) => cell(cluster, release))}</tr>
`,
  );
  return html`<table class="matrix">
<caption><span>Whether each cluster is what it was prepared to be, and whether its credentials suffice for each newer release</span></caption>
<thead><tr><th scope="col">Cluster</th><th scope="col">Prepared for</th><th scope="col">State</th>${releases.map(
    (release) => html`<th scope="col">${release}</th>`,
  )}</tr></thead>
<tbody>${rows}</tbody>
</table>`;
}

function cell(cluster: ClusterAudit, release: string): Html {
  const links = cluster.releases.flatMap((audited, index) => {
    if (audited.release !== release) return [];
    const word = RELEASE_WORDS[audited.status];
    const name = RELEASE_ICONS[audited.status];
    return [
      html`<a class="badge ${name}" href="#${releaseAnchor(cluster, index)}" aria-label="${word}: ${cluster.cluster}, ${release}">${icon(name)}${word}</a>`,
    ];
  });
  return links.length === 0
    ? html`<td class="none"><span aria-hidden="true">–</span><span class="unseen">Not compared</span></td>`
    : html`<td>${links}</td>`;
}
