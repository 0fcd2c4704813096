import { badge, commandBlock, factList, time } from '../audit/html-parts.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { inline, pageHtml, part, sentences } from '../page/page.ts';
import type { DeletionItem } from './plan.ts';
import type { DeletionReport } from './report.ts';
import { HEADLINES, nextSteps, optionFacts, SECTIONS } from './words.ts';

const OUTCOMES = {
  planned: 'info',
  'awaiting-approval': 'info',
  deleted: 'good',
  incomplete: 'bad',
  refused: 'warn',
  'cluster-busy': 'unknown',
  'approval-refused': 'warn',
  'approval-timed-out': 'warn',
  'plan-outdated': 'warn',
} as const satisfies Record<DeletionReport['outcome'], string>;

/** The report of a deletion, or its plan, as one page that needs nothing else. */
export function deletionHtml(report: DeletionReport): string {
  const { cluster, items } = report;
  return pageHtml({
    title: `${cluster.name}: ${HEADLINES[report.outcome]}`,
    what: 'report',
    banner: banner(report),
    main: [
      why(report),
      ...(Object.keys(SECTIONS) as DeletionItem['outcome'][]).map((outcome) =>
        part(outcome, SECTIONS[outcome], items.filter((item) => item.outcome === outcome).map(itemOf)),
      ),
      sentences('next', 'What next', nextSteps(report).map(inline)),
    ],
    factsFile: 'deletion-report.json',
    copies: true,
  });
}

function banner(report: DeletionReport): Html {
  const { cluster, run, endedAt, outcome } = report;
  return html`<header>
<h1>${cluster.name}</h1>
<p class="lead">${badge(OUTCOMES[outcome], 'delete')} ${HEADLINES[outcome]}</p>
${factList([
  ['Region', cluster.region],
  ['Run', html`<code>${run}</code>`],
  ['Ended', time(endedAt)],
  ...optionFacts(report),
])}
</header>`;
}

function why({ outcome, error }: DeletionReport): Html {
  if (error === undefined) return NOTHING;
  const lines = error.cause.split('\n').map((line) => html`<p>${inline(line)}</p>`);
  return part('why', outcome === 'refused' ? 'Why' : 'Error', [
    html`<p><code>${error.name}</code></p>`,
    ...lines,
  ]);
}

function itemOf({ resource, detail, commands = [] }: DeletionItem): Html {
  return html`<p><b>${resource}</b>: ${detail}</p>${commands.length === 0 ? NOTHING : commandBlock(commands)}`;
}
