import { type Html, html, NOTHING } from '../html.ts';
import type { EvidenceTexts } from './evidence-texts.ts';
import { type FleetProblem, subjectIn } from './fleet-problems.ts';
import { findingAnchor, problemAnchor } from './html-anchors.ts';
import { evidenceBlock } from './html-evidence.ts';
import { fold, icon, NEW_BADGE, SEVERITY_ICONS } from './html-parts.ts';
import type { ReleaseStates } from './release-states.ts';
import type { ClusterAudit, Finding, Severity } from './report.ts';
import { bySeverity, type PlacedFinding, SEVERITY_WORDS } from './view.ts';

/** What parts of a page have to know of the whole. */
export interface Fleet {
  /** Of a cluster in the report. */
  readonly indexOf: (cluster: ClusterAudit) => number;
  /** The problem that a finding belongs to, when other clusters have it too: it is told once for all of them. */
  readonly sharedProblem: (placed: PlacedFinding) => FleetProblem | undefined;
  readonly states: ReleaseStates;
  readonly texts: EvidenceTexts;
}

export function newMark(findings: readonly Finding[]): Html {
  return findings.some(({ isNew, severity }) => isNew && severity !== 'info') ? NEW_BADGE : NOTHING;
}

/**
 * Findings by severity. Those about which nothing has to be done are folded away, unless there are no others. What other
 * clusters have too is a line each, with a link to where it is told.
 */
export function findings(
  all: readonly PlacedFinding[],
  anchor: string,
  { sharedProblem, texts }: Fleet,
): Html {
  const told = all.map((placed) => ({ placed, problem: sharedProblem(placed) }));
  const shared = told.flatMap(({ placed, problem }) =>
    problem === undefined
      ? []
      : [{ ...problem, finding: placed.finding, subject: subjectIn(problem, placed) }],
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
  return html`<h5>As in other clusters</h5>
${problemLines(shared, ({ finding }) => finding.isNew)}`;
}

/** Problems that are told elsewhere, a line each. */
export function problemLines<Problem extends FleetProblem>(
  problems: readonly Problem[],
  isNew: (problem: Problem) => boolean,
): Html {
  const lines = bySeverity(problems).flatMap(([severity, group]) =>
    group.map(
      (problem) =>
        html`<li>${SEVERITY_WORDS[severity]}${isNew(problem) ? ', new' : ''}: <a href="#${problemAnchor(problem)}">${problem.text.kind}</a> ${problem.subject}</li>\n`,
    ),
  );
  return html`<ul class="reasons">${lines}</ul>`;
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
