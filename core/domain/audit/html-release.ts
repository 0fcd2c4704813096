import { type Html, html, NOTHING } from '../html.ts';
import { releaseAnchor, shortAnchor, stateAnchor } from './html-anchors.ts';
import { type Fleet, findings, newMark, problemLines } from './html-findings.ts';
import { commandBlock, fold, releaseBadge } from './html-parts.ts';
import type { ReleaseState } from './release-states.ts';
import type { ClusterAudit, ReleaseAudit } from './report.ts';
import { NOT_HELD_BACK, plural, tally, unchangedText } from './view.ts';

/** One release of a cluster. What several clusters have in common is a line with a link to it. */
export function releaseFold(cluster: ClusterAudit, index: number, fleet: Fleet): Html {
  const release = cluster.releases[index];
  if (release === undefined) return NOTHING;
  const head = html`<h4>Upgrade to ${release.release}</h4> ${releaseBadge(release.status)}
<span class="aside">${tally(release.findings)}</span>${newMark(release.findings)}`;
  const anchor = releaseAnchor(cluster, index);
  const state = fleet.states.stateOf(cluster, index);
  const placed = release.findings.map((finding, nth) => ({ cluster, release: index, finding, index: nth }));
  const own = html`${reasons(release)}
${notes(release)}
${findings(placed, anchor, fleet)}
${compared(release)}`;
  const body = html`<div class="inner" id="${anchor}">
${gate(release)}
${state === undefined ? own : stateLink(state)}
</div>`;
  return fold({}, head, body);
}

function stateLink(state: ReleaseState): Html {
  const { release, clusters } = state;
  return html`<p>As in <a href="#${stateAnchor(state)}">${plural(clusters.length - 1, 'other cluster')}</a>. ${release.reasons.join(' ')}</p>`;
}

/** What several clusters have in common for a release. */
export function commonUpgrades({ states: { all }, indexOf }: Fleet): Html {
  if (all.length === 0) return NOTHING;
  return html`<section aria-labelledby="upgrades">
<h2 id="upgrades">Upgrades that are alike in several clusters</h2>
${all.map((state) => stateFold(state, indexOf))}
</section>`;
}

function stateFold(state: ReleaseState, indexOf: Fleet['indexOf']): Html {
  const { release, problems, clusters } = state;
  const head = html`<h3>Upgrade to ${release.release}</h3> ${releaseBadge(release.status)}
<span class="aside">${plural(clusters.length, 'cluster')}</span>`;
  const said = [...release.reasons, ...(release.notes ?? [])];
  const body = html`<div class="body" id="${stateAnchor(state)}">
${said.length === 0 ? NOTHING : lines(said)}
${problemLines(problems, () => false)}
<p>${clusters.map((cluster) => html`<a href="#${shortAnchor(indexOf(cluster))}">${cluster.cluster}</a> `)}</p>
${compared(release)}
</div>`;
  return fold({ kind: 'cluster release' }, head, body);
}

function compared(release: ReleaseState['release']): Html {
  return html`<p class="quiet">${unchangedText(release)} Compared with <code>${release.source}</code>.</p>`;
}

function reasons({ status, reasons }: ReleaseAudit): Html {
  if (reasons.length === 0) return NOTHING;
  const why = status === 'unknown' ? 'Why this is not known' : 'Why it is not ready';
  return html`<h5>${why}</h5>
${lines(reasons)}`;
}

function notes({ notes = [] }: ReleaseAudit): Html {
  return notes.length === 0 ? NOTHING : html`<h5>Worth knowing</h5>\n${lines(notes)}`;
}

function lines(texts: readonly string[]): Html {
  return html`<ul class="reasons">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}

function gate({ gate }: ReleaseAudit): Html {
  if (gate === undefined) return NOTHING;
  if (gate.length === 0) return html`<p>${NOT_HELD_BACK}</p>`;
  return html`<h5>To open the upgrade, run in this order</h5>
${commandBlock(gate)}`;
}
