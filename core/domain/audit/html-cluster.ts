import { type Html, html, NOTHING } from '../html.ts';
import { clusterAnchor, driftAnchor, shortAnchor } from './html-anchors.ts';
import { type Fleet, findings, newMark } from './html-findings.ts';
import {
  badge,
  clusterBadge,
  commandBlock,
  factList,
  fold,
  icon,
  scrollingTable,
  time,
} from './html-parts.ts';
import { releaseFold } from './html-release.ts';
import type { ClusterAudit } from './report.ts';
import { dayText, NO_DRIFT, notUsed, plural, tally, verifiedText } from './view.ts';

/** One cluster of the page: a fold, in which what is dangerous comes first. */
export function clusterArticle(cluster: ClusterAudit, open: boolean, fleet: Fleet): Html {
  const { cluster: name, status, drift: drifted, releases, retract } = cluster;
  const all = [...drifted, ...releases.flatMap(({ findings: some }) => some)];
  const head = html`<h3>${name}</h3>
${clusterBadge(status)}
${retract === undefined ? NOTHING : badge('bad', 'Revoke the upgrade')}
<span class="aside">${tally(all)}</span>`;
  const body = html`<div id="${shortAnchor(fleet.indexOf(cluster))}"><div class="body" id="${clusterAnchor(name)}">
${retraction(cluster)}
${cluster.reason === undefined ? NOTHING : html`<p class="note unknown">${icon('unknown')}<span>${cluster.reason}</span></p>`}
${facts(cluster)}
${drift(cluster, fleet)}
${cluster.releases.map((_, index) => releaseFold(cluster, index, fleet))}
${lastUse(cluster)}
<p class="back"><a href="#fleet">Back to the fleet</a></p>
</div></div>`;
  return html`<article>${fold({ open, kind: 'cluster' }, head, body)}</article>
`;
}

function retraction({ retract }: ClusterAudit): Html {
  if (retract === undefined) return NOTHING;
  return html`<div class="danger">
<h4>${icon('bad')}Revoke the upgrade to ${retract.releases.join(', ')}</h4>
<p>${retract.reason}</p>
${commandBlock(retract.commands)}
</div>`;
}

function facts(cluster: ClusterAudit): Html {
  const { region, release, issuer, at, opened } = cluster;
  return factList([
    ['Region', region],
    ['Prepared for', release],
    ['Issuer', issuer],
    ['Looked at', time(at)],
    ['In the running cluster', verifiedText(cluster)],
    ['Upgrade opened to', opened.length === 0 ? undefined : opened.join(', ')],
  ]);
}

function drift(audited: ClusterAudit, fleet: Fleet): Html {
  const { cluster, status, drift } = audited;
  const clean = html`<p class="note good">${icon('good')}<span>${NO_DRIFT}</span></p>`;
  if (drift.length === 0) return status === 'clean' ? clean : NOTHING;
  const head = html`<h4>Drift</h4> <span class="aside">${tally(drift)}</span>${newMark(drift)}`;
  const anchor = driftAnchor(cluster);
  const placed = drift.map((one, index) => ({ cluster: audited, finding: one, index }));
  const body = html`<div class="inner" id="${anchor}">${findings(placed, anchor, fleet)}</div>`;
  return html`${status === 'clean' ? clean : NOTHING}${fold({ open: status !== 'clean' }, head, body)}`;
}

function lastUse({ cluster, at, roles }: ClusterAudit): Html {
  if (roles.length === 0) return NOTHING;
  const rows = roles.map(({ name, secret, createdAt, lastUsed, region }) => {
    const when =
      lastUsed === undefined ? html`<span class="quiet">${notUsed(createdAt, at)}</span>` : dayText(lastUsed);
    return html`<tr><th scope="row">${name}</th><td>${secret}</td><td>${when}</td><td>${region ?? ''}</td></tr>
`;
  });
  const table = html`<table class="uses">
<caption><span>When each role of ${cluster} was last used</span></caption>
<thead><tr><th scope="col">Role</th><th scope="col">Secret</th><th scope="col">Last used</th><th scope="col">Region</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
  const head = html`<h4>Last use of the roles</h4> <span class="aside">${plural(roles.length, 'role')}</span>`;
  return fold({}, head, scrollingTable(`Last use of the roles of ${cluster}`, table));
}
