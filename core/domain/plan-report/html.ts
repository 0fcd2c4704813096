import { badge, factList, fold, ICON_SHEET, icon, share, time } from '../audit/html-parts.ts';
import { STYLE } from '../audit/html-style.ts';
import { type Content, type Html, html, htmlText, NOTHING, trusted } from '../html.ts';
import type { Component, Difference, PlanReport, Verdict } from './schema.ts';
import {
  NOTHING_CHANGES,
  planSummary,
  planTitle,
  sortedComponents,
  titleOf,
  VERDICT_WORDS,
} from './words.ts';

/** Nothing is loaded and nothing runs, whatever may have got into the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const BADGES = { create: 'new', change: 'warn', keep: 'good', remove: 'bad' } as const;

/** The chain of a component, drawn in text: what trusts what. The rest of the look is that of an audit's page. */
const CHAIN_STYLE = `
.chain { display: grid; margin: 0; padding: 0; list-style: none; }
.chain > li { position: relative; display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0.25rem 1rem; padding: 0.5rem 0 0.5rem 1.5rem; }
.chain > li::before { content: ""; position: absolute; left: 0.25rem; top: 1rem; width: 0.5rem; height: 0.5rem; border-radius: 50%; background: var(--unknown-mark); }
.chain > li + li::after { content: ""; position: absolute; left: 0.4375rem; bottom: calc(100% - 1rem); height: 100%; border-left: 2px solid var(--line); }
.chain > li.fresh::before { background: var(--new); }
.chain dt, .chain .name { color: var(--quiet); font-size: 0.875rem; }
.lines { display: grid; gap: 0.125rem; }
.lines .in::before { content: "+ "; color: var(--good); font-weight: 700; }
.lines .out::before { content: "− "; color: var(--bad); font-weight: 700; }
@media (max-width: 36rem) { .chain > li { grid-template-columns: minmax(0, 1fr); } }
`;

/** A plan as one page that needs nothing else, no network either. */
export function planHtml(report: PlanReport): string {
  const title = `${planTitle(report)}: ${planSummary(report)}`;
  return htmlText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(STYLE + CHAIN_STYLE)}</style>
</head>
<body>
<a class="skip" href="#plan">Skip to the plan</a>
${ICON_SHEET}
${banner(report)}
<main id="plan" tabindex="-1">
${report.isEmpty ? html`<p class="note good">${icon('good')}<span>${NOTHING_CHANGES}</span></p>` : NOTHING}
${ground(report)}
${components(report)}
${files(report)}
${sentences('Warnings', report.warnings)}
${sentences('What stays although nothing asks for it', report.staying)}
${sentences('Skipped documents', report.skipped)}
</main>
<footer><p>Written by sts-prep. The file <code>plan-report.json</code> beside this page holds the same facts for programs.</p></footer>
</body>
</html>
`);
}

function banner(report: PlanReport): Html {
  const { cluster, bundle, plannedAt, run, counts, components: all } = report;
  const parts = (['create', 'change', 'remove', 'keep'] as const).map((verdict) => ({
    tone: verdict === 'create' ? ('info' as const) : BADGES[verdict],
    word: VERDICT_WORDS[verdict],
    count: counts[verdict],
  }));
  return html`<header>
<h1>${planTitle(report)}</h1>
<p class="lead">${planSummary(report)}</p>
<div class="shares">${share(all.length === 1 ? 'role' : 'roles', all.length, parts)}</div>
${factList([
  ['Cluster', `${cluster.name} in ${cluster.region}`],
  ['Release', cluster.release],
  ['Bundle', html`<code>s3://${bundle.bucket}/${bundle.key}</code>`],
  ['Planned at', time(plannedAt)],
  ['Run', html`<code>${run}</code>`],
])}
<p class="quiet">Nothing of it was done. What somebody changes after it was made is not in it.</p>
</header>`;
}

/** What every role stands on. */
function ground({ signingKey, issuer, provider }: PlanReport): Html {
  return html`<section aria-labelledby="ground"><h2 id="ground">What the roles stand on</h2>
<ul class="news">
${groundItem('Signing key', signingKey, 'signs the tokens of the cluster')}
${groundItem('Issuer', issuer, html`<code>${issuer.url}</code> <span class="aside">${issuer.resource}</span>`)}
${groundItem('Identity provider', provider, html`<code>${provider.arn}</code>`)}
</ul></section>`;
}

function groundItem(
  name: string,
  { verdict, changes }: Pick<Component, 'verdict' | 'changes'>,
  what: Content,
): Html {
  return html`<li>${verdictBadge(verdict)}<div><b>${name}</b> ${what}${changed(changes)}</div></li>
`;
}

function changed(changes: readonly string[]): Html {
  return changes.length === 0 ? NOTHING : html` <span class="aside">changes: ${changes.join(', ')}</span>`;
}

function components(report: PlanReport): Html {
  if (report.components.length === 0) return NOTHING;
  return html`<section aria-labelledby="components"><h2 id="components">Components</h2>
${sortedComponents(report.components).map((each) => article(each, report))}</section>`;
}

function article(component: Component, report: PlanReport): Html {
  const { role, verdict, source } = component;
  const head = html`<h3>${titleOf(component)}</h3>${verdictBadge(verdict)}<span class="aside">${role}</span>`;
  const body = html`<div class="body">
${source === undefined ? NOTHING : html`<p class="quiet">Asked for in ${source}</p>`}
${chain(component, report)}
</div>`;
  return html`<article>${fold({ open: verdict !== 'keep', kind: 'cluster' }, head, body)}</article>
`;
}

/** Service account → issuer → provider → role → permissions: each link trusts the one before it. */
function chain(component: Component, { issuer, provider }: PlanReport): Html {
  const { role, arn, verdict, changes, serviceAccounts, permissions, boundary } = component;
  const link = (name: string, fresh: boolean, what: Content) =>
    html`<li${fresh ? trusted(' class="fresh"') : NOTHING}><span class="name">${name}${fresh ? html` <span class="unseen">(changes)</span>` : NOTHING}</span><div>${what}</div></li>
`;
  return html`<ol class="chain">
${link('Service accounts', isChanged(serviceAccounts), lines(serviceAccounts, 'service accounts'))}
${link('Issuer', issuer.verdict !== 'keep', html`<code>${issuer.url}</code>`)}
${link('Provider', provider.verdict !== 'keep', html`<code>${provider.arn}</code>`)}
${link('Role', verdict !== 'keep', html`<code>${arn === '' ? role : arn}</code>${changed(changes)}`)}
${link('Permissions', isChanged(permissions), lines(permissions, 'permissions'))}
${boundary === undefined ? NOTHING : link('Boundary', true, html`<code>${boundary.from ?? 'none'}</code> → <code>${boundary.to ?? 'none'}</code>`)}
</ol>`;
}

function isChanged({ added, removed }: Difference): boolean {
  return added.length + removed.length > 0;
}

function lines({ added, removed, kept }: Difference, what: string): Html {
  const some = (texts: readonly string[], kind: 'in' | 'out', word: string) =>
    texts.map(
      (text) => html`<li class="${kind}"><span class="unseen">${word}: </span><code>${text}</code></li>
`,
    );
  const rest =
    kept === 0
      ? NOTHING
      : html`<p class="quiet">${isChanged({ added, removed, kept }) ? `and ${kept} ${what} as before` : `${kept} ${what}, as before`}</p>`;
  return html`<ul class="lines">${some(added, 'in', 'new')}${some(removed, 'out', 'goes')}</ul>${rest}`;
}

function verdictBadge(verdict: Verdict): Html {
  return badge(BADGES[verdict], VERDICT_WORDS[verdict]);
}

function files({ files: { create, update, remove } }: PlanReport): Html {
  const all = [
    ...create.map((file) => ['create', file] as const),
    ...update.map((file) => ['change', file] as const),
    ...remove.map((file) => ['remove', file] as const),
  ];
  if (all.length === 0) return NOTHING;
  return html`<section aria-labelledby="files"><h2 id="files">Files</h2>
<ul class="news">${all.map(
    ([verdict, file]) => html`<li>${verdictBadge(verdict)}<code>${file}</code></li>
`,
  )}</ul></section>`;
}

function sentences(title: string, all: readonly string[]): Html {
  if (all.length === 0) return NOTHING;
  const id = title.split(' ')[0]?.toLowerCase() ?? 'more';
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
<ul class="reasons">${all.map(
    (each) => html`<li>${each}</li>
`,
  )}</ul></section>`;
}
