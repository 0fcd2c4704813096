import { type Html, html, NOTHING } from '../html.ts';
import { clusterAnchor, driftAnchor, findingAnchor, releaseAnchor } from './html-anchors.ts';
import {
  badge,
  clusterBadge,
  commandBlock,
  factList,
  fold,
  icon,
  NEW_BADGE,
  releaseBadge,
  SEVERITY_ICONS,
  scrollingTable,
  time,
} from './html-parts.ts';
import type { ClusterAudit, Finding, ReleaseAudit, Severity } from './report.ts';
import {
  bySeverity,
  dayText,
  isTime,
  NO_DRIFT,
  notUsed,
  plural,
  SEVERITY_WORDS,
  tally,
  unchangedText,
} from './view.ts';

/** Longer evidence is folded up at first. */
const MAX_UNFOLDED_LINES = 16;

/** One cluster of the page: a fold, in which what is dangerous comes first. */
export function clusterArticle(cluster: ClusterAudit, open: boolean): Html {
  const { cluster: name, status, drift: drifted, releases, retract } = cluster;
  const all = [...drifted, ...releases.flatMap(({ findings: some }) => some)];
  const head = html`<h3>${name}</h3>
${clusterBadge(status)}
${retract === undefined ? NOTHING : badge('bad', 'Revoke the upgrade')}
<span class="aside">${tally(all)}</span>`;
  const body = html`<div class="body" id="${clusterAnchor(name)}">
${retraction(cluster)}
${cluster.reason === undefined ? NOTHING : html`<p class="note unknown">${icon('unknown')}<span>${cluster.reason}</span></p>`}
${facts(cluster)}
${drift(cluster)}
${cluster.releases.map((_, index) => releaseFold(cluster, index))}
${lastUse(cluster)}
<p class="back"><a href="#fleet">Back to the fleet</a></p>
</div>`;
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

function facts({ region, release, issuer, at, opened }: ClusterAudit): Html {
  return factList([
    ['Region', region],
    ['Prepared for', release],
    ['Issuer', issuer],
    ['Looked at', time(at)],
    ['Upgrade opened to', opened.length === 0 ? undefined : opened.join(', ')],
  ]);
}

function drift({ cluster, status, drift }: ClusterAudit): Html {
  const clean = html`<p class="note good">${icon('good')}<span>${NO_DRIFT}</span></p>`;
  if (drift.length === 0) return status === 'clean' ? clean : NOTHING;
  const head = html`<h4>Drift</h4> <span class="aside">${tally(drift)}</span>${newMark(drift)}`;
  const body = html`<div class="inner">${findings(drift, driftAnchor(cluster))}</div>`;
  return html`${status === 'clean' ? clean : NOTHING}${fold({ open: status !== 'clean' }, head, body)}`;
}

function releaseFold(cluster: ClusterAudit, index: number): Html {
  const release = cluster.releases[index];
  if (release === undefined) return NOTHING;
  const head = html`<h4>Upgrade to ${release.release}</h4> ${releaseBadge(release.status)}
<span class="aside">${tally(release.findings)}</span>${newMark(release.findings)}`;
  const anchor = releaseAnchor(cluster, index);
  const body = html`<div class="inner" id="${anchor}">
${reasons(release)}
${gate(release)}
${findings(release.findings, anchor)}
<p class="quiet">${unchangedText(release)} Compared with <code>${release.source}</code>.</p>
</div>`;
  return fold({}, head, body);
}

function reasons({ status, reasons }: ReleaseAudit): Html {
  if (reasons.length === 0) return NOTHING;
  const why = status === 'unknown' ? 'Why this is not known' : 'Why it is not ready';
  return html`<h5>${why}</h5>
<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`;
}

function gate({ gate }: ReleaseAudit): Html {
  if (gate === undefined) return NOTHING;
  return html`<h5>To open the upgrade, run in this order</h5>
${commandBlock(gate)}`;
}

function newMark(findings: readonly Finding[]): Html {
  return findings.some(({ isNew, severity }) => isNew && severity !== 'info') ? NEW_BADGE : NOTHING;
}

/** Findings by severity. Those about which nothing has to be done are folded away, unless there are no others. */
function findings(all: readonly Finding[], anchor: string): Html {
  const groups = bySeverity(all);
  return html`${groups.map(([severity, group]) => {
    const items = group.map((one) => findingItem(one, findingAnchor(anchor, all.indexOf(one))));
    const list = html`<ul class="findings">${items}</ul>`;
    const title = groupTitle(severity, group.length);
    return severity === 'info' && groups.length > 1
      ? fold({ kind: 'lesser' }, title, list)
      : html`${title}${list}`;
  })}`;
}

function groupTitle(severity: Severity, count: number): Html {
  const rest = severity === 'info' ? html` <span class="aside">nothing has to be done</span>` : NOTHING;
  return html`<h5 class="group ${severity}">${icon(SEVERITY_ICONS[severity])}${SEVERITY_WORDS[severity]} <span class="count">${count}</span>${rest}</h5>`;
}

function findingItem(finding: Finding, anchor: string): Html {
  const { severity, isNew, message, resource, kind, actions = [], remedy } = finding;
  return html`<li id="${anchor}" class="finding ${severity}">
<p class="message">${isNew ? NEW_BADGE : NOTHING} ${message}</p>
<p class="about"><code>${resource}</code> <code>${kind}</code></p>
${actions.length === 0 ? NOTHING : html`<p class="actions">IAM ${actions.length === 1 ? 'action' : 'actions'} ${actions.map((action) => html`<code>${action}</code> `)}</p>`}
${evidence(finding)}
<p><b>What to do:</b> ${remedy}</p>
</li>
`;
}

/** What was found beside what is wanted. Policies can be long: then it folds. */
function evidence({ live, wanted }: Finding): Html {
  if (live === undefined && wanted === undefined) return NOTHING;
  const block = (label: string, value: string | undefined) =>
    value === undefined ? NOTHING : html`<div><dt>${label}</dt><dd><pre>${value}</pre></dd></div>`;
  const both = html`<dl class="evidence">${block('Found', live)}${block('Wanted', wanted)}</dl>`;
  const lines = Math.max(...[live, wanted].map((value) => value?.split('\n').length ?? 0));
  if (lines <= MAX_UNFOLDED_LINES) return both;
  return fold({ kind: 'more' }, `Evidence, ${lines} lines`, both);
}

function lastUse({ cluster, at, roles }: ClusterAudit): Html {
  if (roles.length === 0) return NOTHING;
  const rows = roles.map(({ name, secret, createdAt, lastUsed, region }) => {
    const when =
      lastUsed === undefined
        ? html`<span class="quiet">${notUsed(createdAt, at)}</span>`
        : isTime(lastUsed)
          ? html`<time datetime="${lastUsed}">${dayText(lastUsed)}</time>`
          : html`${lastUsed}`;
    return html`<tr><th scope="row"><code>${name}</code></th><td><code>${secret}</code></td><td>${when}</td><td>${region ?? ''}</td></tr>
`;
  });
  const table = html`<table>
<caption><span>When each role of ${cluster} was last used</span></caption>
<thead><tr><th scope="col">Role</th><th scope="col">Secret</th><th scope="col">Last used</th><th scope="col">Region</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
  const head = html`<h4>Last use of the roles</h4> <span class="aside">${plural(roles.length, 'role')}</span>`;
  return fold({}, head, scrollingTable(`Last use of the roles of ${cluster}`, table));
}
