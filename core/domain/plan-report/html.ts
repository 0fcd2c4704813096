import { badge, factList, fold, icon, share, time } from '../audit/html-parts.ts';
import { type Content, type Html, html, NOTHING } from '../html.ts';
import { chain } from '../page/chain.ts';
import { pageHtml, sentences } from '../page/page.ts';
import type { Component, Difference, PlanReport, Verdict } from './schema.ts';
import {
  NOTHING_CHANGES,
  planSummary,
  planTitle,
  sortedComponents,
  titleOf,
  VERDICT_WORDS,
} from './words.ts';

const BADGES = { create: 'new', change: 'warn', keep: 'good', remove: 'bad' } as const;

/** A plan as one page that needs nothing else, no network either. */
export function planHtml(report: PlanReport): string {
  return pageHtml({
    title: `${planTitle(report)}: ${planSummary(report)}`,
    what: 'plan',
    banner: banner(report),
    main: [
      report.isEmpty
        ? html`<p class="note good">${icon('good')}<span>${NOTHING_CHANGES}</span></p>`
        : NOTHING,
      ground(report),
      components(report),
      files(report),
      sentences('warnings', 'Warnings', report.warnings),
      sentences('staying', 'What stays although nothing asks for it', report.staying),
      sentences('skipped', 'Skipped documents', report.skipped),
    ],
    factsFile: 'plan-report.json',
  });
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
${chainOf(component, report)}
</div>`;
  return html`<article>${fold({ open: verdict !== 'keep', kind: 'cluster' }, head, body)}</article>
`;
}

function chainOf(component: Component, { issuer, provider }: PlanReport): Html {
  const { role, arn, verdict, changes, serviceAccounts, permissions, boundary } = component;
  return chain([
    {
      name: 'Service accounts',
      fresh: isChanged(serviceAccounts),
      what: lines(serviceAccounts, 'service accounts'),
    },
    { name: 'Issuer', fresh: issuer.verdict !== 'keep', what: html`<code>${issuer.url}</code>` },
    { name: 'Provider', fresh: provider.verdict !== 'keep', what: html`<code>${provider.arn}</code>` },
    {
      name: 'Role',
      fresh: verdict !== 'keep',
      what: html`<code>${arn === '' ? role : arn}</code>${changed(changes)}`,
    },
    { name: 'Permissions', fresh: isChanged(permissions), what: lines(permissions, 'permissions') },
    ...(boundary === undefined
      ? []
      : [
          {
            name: 'Boundary',
            fresh: true,
            what: html`<code>${boundary.from ?? 'none'}</code> → <code>${boundary.to ?? 'none'}</code>`,
          },
        ]),
  ]);
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
