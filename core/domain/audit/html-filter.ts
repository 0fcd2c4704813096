import { type Html, html } from '../html.ts';
import type { FleetProblem } from './fleet-problems.ts';
import type { ClusterAudit } from './report.ts';
import { placedFindings } from './view.ts';

/**
 * The filters of a page, as a script; without it everything is shown.
 *
 * The rows of the matrix and the articles of clusters have one order. A problem is shown as long as a cluster that is
 * shown has it. Who follows a link to something that is filtered away gets to see it.
 */
export const FILTERS = `
const filters = document.querySelector('.filters');
const [name, state, kind] = filters.querySelectorAll('input, select');
const count = filters.querySelector('output');
const rows = [...document.querySelectorAll('.matrix tbody tr')];
const articles = document.querySelectorAll('article');
const problems = document.querySelectorAll('.problem');
const kinds = rows.map(() => new Set());
const clustersOf = ({ dataset }) => dataset.clusters.split(' ').map(Number);
for (const problem of problems) for (const index of clustersOf(problem)) kinds[index].add(problem.dataset.kind);
const fits = (found, { value }) => value === '' || found.has(value);
const apply = () => {
  const wanted = name.value.trim().toLowerCase();
  const shown = new Set();
  for (const [index, row] of rows.entries()) {
    const named = row.querySelector('a').textContent.toLowerCase().includes(wanted);
    row.hidden = !(named && fits(new Set(row.dataset.states.split(' ')), state) && fits(kinds[index], kind));
    articles[index].hidden = row.hidden;
    if (!row.hidden) shown.add(index);
  }
  for (const problem of problems)
    problem.hidden = !fits(new Set([problem.dataset.kind]), kind) || !clustersOf(problem).some((index) => shown.has(index));
  count.textContent = shown.size + ' of ' + rows.length + ' shown';
};
filters.addEventListener('input', apply);
addEventListener('hashchange', () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null || target.closest('[hidden]') === null) return;
  name.value = state.value = kind.value = '';
  apply();
  target.scrollIntoView();
});
filters.hidden = false;
apply();
`;

const REVOKE = 'revoke';

const STATES: Readonly<Record<string, string>> = {
  clean: 'Cluster is clean',
  drifted: 'Cluster has drifted',
  unknown: 'Cluster is unknown',
  'release-ready': 'Ready for a release',
  'release-not-ready': 'Not ready for a release',
  'release-unknown': 'Unknown for a release',
  [REVOKE]: 'Upgrade to revoke',
};

/** The attributes of a cluster's row by which it is filtered. */
export function filterAttributes(cluster: ClusterAudit): Html {
  const states = [
    cluster.status,
    ...new Set(cluster.releases.map(({ status }) => `release-${status}`)),
    ...(cluster.retract === undefined ? [] : [REVOKE]),
  ];
  return html` data-states="${states.join(' ')}"`;
}

/** The attributes of a problem by which it is filtered. */
export function problemAttributes(
  { text, clusters }: FleetProblem,
  indexOf: (cluster: ClusterAudit) => number,
): Html {
  return html` data-kind="${text.kind}" data-clusters="${clusters.map(indexOf).join(' ')}"`;
}

export function filters(clusters: readonly ClusterAudit[]): Html {
  const option = (value: string, word: string) => html`<option value="${value}">${word}</option>`;
  return html`<div class="filters" role="search" aria-label="Filter clusters and problems" hidden>
<label>Cluster <input type="search" autocomplete="off" spellcheck="false"></label>
<label>State <select>${option('', 'Any')}${Object.entries(STATES).map(([value, word]) => option(value, word))}</select></label>
<label>Finding <select>${option('', 'Any')}${kindsOf(clusters).map((kind) => option(kind, kind))}</select></label>
<output></output>
</div>`;
}

function kindsOf(clusters: readonly ClusterAudit[]): string[] {
  return [...new Set(clusters.flatMap(placedFindings).map(({ finding }) => finding.kind))].sort();
}
