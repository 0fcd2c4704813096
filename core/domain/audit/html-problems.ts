import { type Html, html, NOTHING } from '../html.ts';
import { type EvidenceTexts, shownEvidence } from './evidence-texts.ts';
import { type FleetProblem, isShared, newProblems, type ProblemEvidence } from './fleet-problems.ts';
import { placedAnchor, problemAnchor, shortAnchor } from './html-anchors.ts';
import { evidenceBlock } from './html-evidence.ts';
import { problemAttributes } from './html-filter.ts';
import type { Fleet } from './html-findings.ts';
import { fold, NEW_BADGE, severityBadge } from './html-parts.ts';
import type { AuditReport } from './report.ts';
import { nothingNew, plural } from './view.ts';

/** So many items of a list are shown at once, the others in a fold. */
const MAX_UNFOLDED_ITEMS = 20;

/** All problems of the fleet, each once. Those that one cluster alone has are told in full there. */
export function problemList(problems: readonly FleetProblem[], { indexOf, texts }: Fleet): Html {
  if (problems.length === 0) return NOTHING;
  const item = (problem: FleetProblem) => {
    const told = isShared(problem) ? sharedFold(problem, indexOf, texts) : singleLink(problem);
    return html`<li class="problem"${problemAttributes(problem, indexOf)}>${severityBadge(problem.severity)} ${told}</li>\n`;
  };
  const lesser = problems.filter(({ severity }) => severity === 'info');
  const others = problems.filter(({ severity }) => severity !== 'info');
  return html`<section aria-labelledby="problems">
<h2 id="problems">Problems</h2>
<p class="quiet">What several clusters have is one entry.</p>
${others.length === 0 ? NOTHING : longList('news', others.map(item))}
${lesser.length === 0 ? NOTHING : fold({ kind: 'more' }, `${lesser.length} about which nothing has to be done`, html`<ul class="news">${lesser.map(item)}</ul>`)}
</section>`;
}

/** What the previous audit did not have. */
export function whatIsNew(report: AuditReport, problems: readonly FleetProblem[]): Html {
  const found = newProblems(problems);
  return html`<section aria-labelledby="new">
<h2 id="new">New since the previous audit</h2>
${found.length === 0 ? html`<p class="quiet">${nothingNew(report)}</p>` : longList('news', found.map(newItem))}
</section>`;
}

/** A list of which the end is folded up when it is long. */
export function longList(kind: string, items: readonly Html[]): Html {
  const list = (some: readonly Html[]) => html`<ul class="${kind}">${some}</ul>`;
  const more = items.slice(MAX_UNFOLDED_ITEMS);
  const rest = more.length === 0 ? NOTHING : fold({ kind: 'more' }, `${more.length} more`, list(more));
  return html`${list(items.slice(0, MAX_UNFOLDED_ITEMS))}${rest}`;
}

function newItem(problem: FleetProblem): Html {
  const { severity, text, places } = problem;
  const added = new Set(places.filter(({ finding }) => finding.isNew).map(({ cluster }) => cluster));
  if (!isShared(problem)) return html`<li>${severityBadge(severity)} ${singleLink(problem)}</li>\n`;
  return html`<li>${severityBadge(severity)} <div><a href="#${problemAnchor(problem)}">${text.message}</a>
<span class="aside">${plural(added.size, 'cluster')}, ${about(problem)}</span></div></li>
`;
}

function singleLink(problem: FleetProblem): Html {
  const { text, places } = problem;
  const [place] = places;
  if (place === undefined) return NOTHING;
  return html`<div><a href="#${placedAnchor(place)}">${text.message}</a>
<span class="aside">${place.cluster.cluster}, ${about(problem)}</span></div>`;
}

function about({ text, release, subject }: FleetProblem): Html {
  return html`${release ?? 'drift'}: <code>${text.kind}</code> <code>${subject}</code>`;
}

function sharedFold(problem: FleetProblem, indexOf: Fleet['indexOf'], texts: EvidenceTexts): Html {
  const { severity, text, clusters, places } = problem;
  const { message, actions = [], remedy } = text;
  const head = html`<span class="message">${places.some(({ finding }) => finding.isNew) ? NEW_BADGE : NOTHING}${message}</span>
<span class="aside"><b>${plural(clusters.length, 'cluster')}</b>, ${about(problem)}</span>`;
  const body = html`<div class="finding ${severity}" id="${problemAnchor(problem)}">
${actions.length === 0 ? NOTHING : html`<p class="actions">IAM ${actions.length === 1 ? 'action' : 'actions'} ${actions.map((action) => html`<code>${action}</code> `)}</p>`}
${shownEvidence(problem, texts).map(
  (one) => html`${evidenceBlock(one, texts)}
${clusterLinks(one, indexOf)}`,
)}
<p><b>What to do:</b> ${remedy}</p>
</div>`;
  return fold({ kind: 'more' }, head, body);
}

function clusterLinks({ places }: ProblemEvidence, indexOf: Fleet['indexOf']): Html {
  const clusters = [...new Set(places.map(({ cluster }) => cluster))];
  const links = clusters.map((one) => html`<a href="#${shortAnchor(indexOf(one))}">${one.cluster}</a> `);
  return html`<p><b>In ${plural(clusters.length, 'cluster')}:</b> ${links}</p>`;
}
