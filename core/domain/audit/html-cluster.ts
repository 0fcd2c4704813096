import { type Html, html, NOTHING } from '../html.ts';
import type { EvidenceTexts } from './evidence-texts.ts';
import type { FleetProblem } from './fleet-problems.ts';
import { clusterAnchor, driftAnchor, findingAnchor, releaseAnchor } from './html-anchors.ts';
import { evidenceBlock } from './html-evidence.ts';
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
  type PlacedFinding,
  plural,
  SEVERITY_WORDS,
  tally,
  unchangedText,
} from './view.ts';

/** What the other clusters of a fleet leave for one to tell. */
export interface Fleet {
  /** The problem that a finding belongs to, when other clusters have it too: it is told once for all of them. */
  readonly sharedProblem: (placed: PlacedFinding) => FleetProblem | undefined;
  readonly texts: EvidenceTexts;
}

/** One cluster of the page: a fold, in which what is dangerous comes first. */
export function clusterArticle(cluster: ClusterAudit, open: boolean, fleet: Fleet): Html {
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
${drift(cluster, fleet)}
${cluster.releases.map((_, index) => releaseFold(cluster, index, fleet))}
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

function releaseFold(cluster: ClusterAudit, index: number, fleet: Fleet): Html {
  const release = cluster.releases[index];
  if (release === undefined) return NOTHING;
  const head = html`<h4>Upgrade to ${release.release}</h4> ${releaseBadge(release.status)}
<span class="aside">${tally(release.findings)}</span>${newMark(release.findings)}`;
  const anchor = releaseAnchor(cluster, index);
  const placed = release.findings.map((one, nth) => ({ cluster, release: index, finding: one, index: nth }));
  const body = html`<div class="inner" id="${anchor}">
${reasons(release)}
${notes(release)}
${gate(release)}
${findings(placed, anchor, fleet)}
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

function notes({ notes = [] }: ReleaseAudit): Html {
  if (notes.length === 0) return NOTHING;
  return html`<h5>Worth knowing</h5>
<ul class="reasons">${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
}

function gate({ gate }: ReleaseAudit): Html {
  if (gate === undefined) return NOTHING;
  return html`<h5>To open the upgrade, run in this order</h5>
${commandBlock(gate)}`;
}

function newMark(findings: readonly Finding[]): Html {
  return findings.some(({ isNew, severity }) => isNew && severity !== 'info') ? NEW_BADGE : NOTHING;
}

/**
 * Findings by severity. Those about which nothing has to be done are folded away, unless there are no others. What other
 * clusters have too is a line each, with a link to where it is told.
 */
function findings(all: readonly PlacedFinding[], anchor: string, { sharedProblem, texts }: Fleet): Html {
  const told = all.map((placed) => ({ placed, problem: sharedProblem(placed) }));
  const shared = told.flatMap(({ placed, problem }) =>
    problem === undefined ? [] : [{ ...problem, finding: placed.finding }],
  );
  const own = told.filter(({ problem }) => problem === undefined).map(({ placed }) => placed);
  const groups = bySeverity(own.map((placed) => ({ ...placed, severity: placed.finding.severity })));
  return html`${sharedList(shared)}${groups.map(([severity, group]) => {
    const items = group.map(({ finding, index }) =>
      findingItem(finding, findingAnchor(anchor, index), texts),
    );
    const list = html`<ul class="findings">${items}</ul>`;
    const title = groupTitle(severity, group.length);
    return severity === 'info' && groups.length > 1
      ? fold({ kind: 'lesser' }, title, list)
      : html`${title}${list}`;
  })}`;
}

function sharedList(shared: readonly (FleetProblem & { readonly finding: Finding })[]): Html {
  if (shared.length === 0) return NOTHING;
  const lines = bySeverity(shared).flatMap(([, group]) =>
    group.map(
      ({ id, severity, subject, finding: { kind, isNew } }) =>
        html`<li>${SEVERITY_WORDS[severity]}${isNew ? ', new' : ''}: <a href="#${id}">${kind}</a> ${subject}</li>\n`,
    ),
  );
  return html`<h5>As in other clusters</h5>
<ul class="reasons">${lines}</ul>`;
}

function groupTitle(severity: Severity, count: number): Html {
  const rest = severity === 'info' ? html` <span class="aside">nothing has to be done</span>` : NOTHING;
  return html`<h5 class="group ${severity}">${icon(SEVERITY_ICONS[severity])}${SEVERITY_WORDS[severity]} <span class="count">${count}</span>${rest}</h5>`;
}

function findingItem(finding: Finding, anchor: string, texts: EvidenceTexts): Html {
  const { severity, isNew, message, resource, kind, actions = [], remedy } = finding;
  return html`<li id="${anchor}" class="finding ${severity}">
<p class="message">${isNew ? NEW_BADGE : NOTHING} ${message}</p>
<p class="about"><code>${resource}</code> <code>${kind}</code></p>
${actions.length === 0 ? NOTHING : html`<p class="actions">IAM ${actions.length === 1 ? 'action' : 'actions'} ${actions.map((action) => html`<code>${action}</code> `)}</p>`}
${evidenceBlock(finding, texts)}
<p><b>What to do:</b> ${remedy}</p>
</li>
`;
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
