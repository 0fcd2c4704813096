import { type Html, html, htmlText, NOTHING, trusted } from '../html.ts';
import { COPY, COPY_STYLE } from '../page/copy.ts';
import { pageScript } from '../page/script.ts';
import { evidenceTexts } from './evidence-texts.ts';
import { fleetProblems, sharedProblems } from './fleet-problems.ts';
import { clusterAnchor } from './html-anchors.ts';
import { clusterArticle } from './html-cluster.ts';
import { sharedEvidence } from './html-evidence.ts';
import { FILTERS } from './html-filter.ts';
import type { Fleet } from './html-findings.ts';
import { fleet } from './html-fleet.ts';
import { factList, ICON_SHEET, icon, share, time } from './html-parts.ts';
import { longList, problemList, whatIsNew } from './html-problems.ts';
import { commonUpgrades } from './html-release.ts';
import { availableReleases } from './html-releases.ts';
import { STYLE } from './html-style.ts';
import { releaseStates } from './release-states.ts';
import type { AuditReport, ClusterAudit } from './report.ts';
import { dayText, durationText, placedFindings, plural, summary } from './view.ts';

/** In a larger fleet every cluster is folded up at first. */
const SMALL_FLEET = 12;

const SCRIPT = pageScript(FILTERS, COPY);

/** Nothing is loaded, and nothing runs but the filters and the buttons for copying, whatever may have got into the page. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src ${SCRIPT.source}; base-uri 'none'; form-action 'none'`;

/**
 * The report of an audit as one page that needs nothing else, no network either. A fleet of 300 clusters and 5 releases
 * has to stay below 3 MB: what several clusters have in common is told once.
 */
export function auditHtml(report: AuditReport): string {
  const problems = fleetProblems(report.clusters);
  const sharedProblem = sharedProblems(problems);
  const indexes = new Map(report.clusters.map((cluster, index) => [cluster, index]));
  const whole: Fleet = {
    indexOf: (cluster) => indexes.get(cluster) ?? 0,
    sharedProblem,
    states: releaseStates(report.clusters, sharedProblem),
    texts: evidenceTexts(problems, report.clusters.length),
  };
  const title = `Fleet audit ${dayText(report.startedAt)}: ${summary(report.counts)}`;
  return htmlText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(STYLE + COPY_STYLE)}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
${ICON_SHEET}
${banner(report)}
<main id="report" tabindex="-1">
${fleet(report.clusters)}
${retractions(report.clusters)}
${problemList(problems, whole)}
${report.clusters.length === 0 ? NOTHING : whatIsNew(report, problems)}
${availableReleases(report.releases)}
${commonUpgrades(whole)}
${clusters(report.clusters, whole)}
${sharedEvidence(whole.texts)}
</main>
<footer><p>Written by sts-prep. The file <code>report.json</code> beside this page holds the same facts for programs.</p></footer>
${report.clusters.length === 0 ? NOTHING : SCRIPT.element}
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
${counts.clusters === 0 ? NOTHING : contents(report)}
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

function contents({ clusters }: AuditReport): Html {
  const retracted = clusters.filter(({ retract }) => retract !== undefined).length;
  const revoke = html`<li><a class="badge bad" href="#retract">${icon('bad')}${plural(retracted, 'upgrade')} to revoke</a></li>
`;
  return html`<nav aria-label="Contents"><ul>
${retracted === 0 ? NOTHING : revoke}<li><a href="#fleet">Fleet</a></li>
${clusters.some((cluster) => placedFindings(cluster).length > 0) ? html`<li><a href="#problems">Problems</a></li>\n` : NOTHING}<li><a href="#new">New findings</a></li>
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

function clusters(all: readonly ClusterAudit[], common: Fleet): Html {
  if (all.length === 0) return NOTHING;
  const open = all.length <= SMALL_FLEET;
  return html`<section aria-labelledby="clusters">
<h2 id="clusters">Clusters</h2>
${all.map((cluster) => clusterArticle(cluster, open, common))}
</section>`;
}
