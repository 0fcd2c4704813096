import { type Html, html, htmlText, NOTHING, trusted } from '../html.ts';
import { clusterAnchor, placedAnchor, releaseAnchor } from './html-anchors.ts';
import { clusterArticle } from './html-cluster.ts';
import {
  badge,
  clusterBadge,
  factList,
  fold,
  ICON_SHEET,
  icon,
  RELEASE_ICONS,
  scrollingTable,
  severityBadge,
  share,
  time,
} from './html-parts.ts';
import { STYLE } from './html-style.ts';
import type { AuditReport, AvailableRelease, ClusterAudit } from './report.ts';
import {
  comparedReleases,
  dayText,
  durationText,
  EMPTY_FLEET,
  newFindings,
  nothingNew,
  type PlacedFinding,
  plural,
  RELEASE_WORDS,
  summary,
} from './view.ts';

/** In a larger fleet every cluster is folded up at first. */
const SMALL_FLEET = 12;
/** So many items of a list are shown at once, the others in a fold. */
const MAX_UNFOLDED_ITEMS = 20;

const REVOKE = badge('bad', 'Revoke');

/** Nothing is loaded and nothing runs, whatever may have got into the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The report of an audit as one page that needs nothing else: no script, no network. */
export function auditHtml(report: AuditReport): string {
  const title = `Fleet audit ${dayText(report.startedAt)}: ${summary(report.counts)}`;
  return htmlText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
${ICON_SHEET}
${banner(report)}
<main id="report" tabindex="-1">
${retractions(report.clusters)}
${report.clusters.length === 0 ? NOTHING : whatIsNew(report)}
${fleet(report.clusters)}
${availableReleases(report.releases)}
${clusters(report.clusters)}
</main>
<footer><p>Written by sts-prep. The file <code>report.json</code> beside this page holds the same facts for programs.</p></footer>
</body>
</html>
`);
}

function banner(report: AuditReport): Html {
  const { audit, trigger, startedAt, endedAt, previousAudit, counts } = report;
  const duration = durationText(startedAt, endedAt);
  return html`<header>
<h1>Fleet audit</h1>
<p class="lead">${summary(counts)}</p>
${counts.clusters === 0 ? NOTHING : shares(report)}
${factList([
  ['Audit', html`<code>${audit}</code>`],
  ['Started by', trigger],
  ['Started', time(startedAt)],
  ['Ended', html`${time(endedAt)}${duration === undefined ? '' : `, after ${duration}`}`],
  ['Previous audit', previousAudit === undefined ? undefined : html`<code>${previousAudit}</code>`],
])}
${counts.clusters === 0 ? NOTHING : contents()}
</header>`;
}

function shares({ counts }: AuditReport): Html {
  const { clean, drifted, unknown, ready, notReady, unknownReleases, critical, warning, info } = counts;
  const pairs = ready + notReady + unknownReleases;
  return html`<div class="shares">
${share(counts.clusters === 1 ? 'cluster' : 'clusters', counts.clusters, [
  { tone: 'good', word: 'clean', count: clean },
  { tone: 'warn', word: 'drifted', count: drifted },
  { tone: 'unknown', word: 'unknown', count: unknown },
])}
${share(pairs === 1 ? 'possible upgrade' : 'possible upgrades', pairs, [
  { tone: 'good', word: 'ready', count: ready },
  { tone: 'bad', word: 'not ready', count: notReady },
  { tone: 'unknown', word: 'unknown', count: unknownReleases },
])}
${share(
  `${critical + warning + info === 1 ? 'finding' : 'findings'}, ${counts.new} new`,
  critical + warning + info,
  [
    { tone: 'bad', word: 'critical', count: critical },
    { tone: 'warn', word: warning === 1 ? 'warning' : 'warnings', count: warning },
    { tone: 'info', word: 'info', count: info },
  ],
)}
</div>`;
}

function contents(): Html {
  return html`<nav aria-label="Contents"><ul>
<li><a href="#new">New findings</a></li>
<li><a href="#fleet">Fleet</a></li>
<li><a href="#releases">Available releases</a></li>
<li><a href="#clusters">Clusters</a></li>
</ul></nav>`;
}

function retractions(all: readonly ClusterAudit[]): Html {
  const retracted = all.flatMap(({ cluster, retract }) =>
    retract === undefined ? [] : [{ cluster, ...retract }],
  );
  if (retracted.length === 0) return NOTHING;
  const items = retracted.map(
    ({ cluster, releases, reason }) =>
      html`<li><a href="#${clusterAnchor(cluster)}">${cluster}, upgrade to ${releases.join(', ')}</a>: ${reason}</li>\n`,
  );
  return html`<section class="danger" aria-labelledby="retract">
<h2 id="retract">${icon('bad')}Upgrades to revoke</h2>
${longList('retractions', items)}
</section>`;
}

function whatIsNew(report: AuditReport): Html {
  const found = newFindings(report);
  return html`<section aria-labelledby="new">
<h2 id="new">New since the previous audit</h2>
${found.length === 0 ? html`<p class="quiet">${nothingNew(report)}</p>` : longList('news', found.map(newItem))}
</section>`;
}

/** A list of which the end is folded up when it is long. */
function longList(kind: string, items: readonly Html[]): Html {
  const list = (some: readonly Html[]) => html`<ul class="${kind}">${some}</ul>`;
  const more = items.slice(MAX_UNFOLDED_ITEMS);
  const rest = more.length === 0 ? NOTHING : fold({ kind: 'more' }, `${more.length} more`, list(more));
  return html`${list(items.slice(0, MAX_UNFOLDED_ITEMS))}${rest}`;
}

function newItem(placed: PlacedFinding): Html {
  const { cluster, release, finding } = placed;
  const audited = release === undefined ? undefined : cluster.releases[release];
  const place = audited === undefined ? 'drift' : audited.release;
  return html`<li>${severityBadge(finding.severity)} <div><a href="#${placedAnchor(placed)}">${finding.message}</a>
<span class="aside">${cluster.cluster}, ${place}: <code>${finding.resource}</code></span></div></li>
`;
}

function fleet(all: readonly ClusterAudit[]): Html {
  const releases = comparedReleases(all);
  const none = html`<p class="note unknown">${icon('info')}<span>${EMPTY_FLEET}</span></p>`;
  return html`<section aria-labelledby="fleet">
<h2 id="fleet">Fleet</h2>
${all.length === 0 ? none : scrollingTable('Clusters and releases', matrix(all, releases))}
${releases.length === 0 ? NOTHING : html`<p class="quiet">A dash: not compared, because the release is not newer, or nothing is known of the cluster.</p>`}
</section>`;
}

function matrix(all: readonly ClusterAudit[], releases: readonly string[]): Html {
  const rows = all.map(
    (
      cluster,
    ) => html`<tr><th scope="row"><a href="#${clusterAnchor(cluster.cluster)}">${cluster.cluster}</a></th>
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

function availableReleases(all: readonly AvailableRelease[]): Html {
  const unusable = all.filter(({ problems }) => problems.length > 0);
  return html`<section aria-labelledby="releases">
<h2 id="releases">Available releases</h2>
${unusable.map(unusableRelease)}
${all.length === 0 ? html`<p class="quiet">None. Upload a bundle of a release as <code>releases/&lt;release&gt;.tgz</code> to have the fleet compared with it.</p>` : releaseTable(all)}
</section>`;
}

function unusableRelease({ release, source, problems }: AvailableRelease): Html {
  return html`<div class="danger">
<h3>${icon('bad')}The bundle of ${release} cannot be used</h3>
<p><code>${source}</code></p>
<ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul>
</div>`;
}

function releaseTable(all: readonly AvailableRelease[]): Html {
  const rows = all.map(
    ({ release, source, cluster, requests, problems }) => html`<tr><th scope="row">${release}</th>
<td>${cluster === undefined ? 'The whole fleet' : html`${cluster} only`}</td>
<td>${problems.length === 0 ? badge('good', 'Usable') : badge('bad', 'Cannot be used')}</td>
<td class="number">${requests}</td>
<td class="long"><code>${source}</code></td></tr>
`,
  );
  const table = html`<table>
<caption><span>Bundles of releases that clusters are compared with</span></caption>
<thead><tr><th scope="col">Release</th><th scope="col">For</th><th scope="col">State</th><th scope="col" class="number">Requests</th><th scope="col">Bundle</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
  return scrollingTable(`${plural(all.length, 'release')} available`, table);
}

function clusters(all: readonly ClusterAudit[]): Html {
  if (all.length === 0) return NOTHING;
  const open = all.length <= SMALL_FLEET;
  return html`<section aria-labelledby="clusters">
<h2 id="clusters">Clusters</h2>
${all.map((cluster) => clusterArticle(cluster, open))}
</section>`;
}
