import { defined } from '../util/defined.ts';
import { approvalFacts } from './approval-words.ts';
import { badge, commandBlock, factList, fold, icon, time } from './audit/html-parts.ts';
import { type Content, type Html, html, NOTHING } from './html.ts';
import { chain, codeLines, type Link } from './page/chain.ts';
import { inline, pageHtml, part, sentences } from './page/page.ts';
import { formatLocation } from './problem.ts';
import type { Report } from './report.ts';
import { afterwards, type CheckTitles, headline } from './report-markdown.ts';

type Role = NonNullable<Report['roles']>[number];

/** What each role may do, a line each, by its name. The report itself does not have it. */
export type Grants = Readonly<Record<string, readonly string[]>>;

const OUTCOMES = {
  prepared: 'good',
  adopted: 'good',
  rejected: 'bad',
  'not-planned': 'bad',
  'rolled-back': 'warn',
  'rollback-incomplete': 'bad',
  'cluster-busy': 'unknown',
  'approval-refused': 'warn',
  'approval-timed-out': 'warn',
  'plan-outdated': 'warn',
} as const satisfies Record<Report['outcome'], string>;

/** With more components each is folded up at first. */
const FEW = 12;

/** The report of a run as one page that needs nothing else: whom each role trusts, what was proved and by what, what is to be done. */
export function reportHtml(report: Report, titles: CheckTitles, grants: Grants = {}): string {
  const name = report.cluster?.name ?? report.bundle.key;
  return pageHtml({
    title: `${name}: ${headline(report)}`,
    what: 'report',
    banner: banner(name, report),
    main: [
      error(report),
      problems(report),
      undone(report),
      whatNext(report),
      components(report, grants),
      verification(report, titles),
      changes(report),
      sentences('warnings', 'Warnings', report.warnings),
      sentences(
        'skipped',
        'Skipped documents',
        report.skipped.map((each) => html`${place(each)}${each.reason}`),
      ),
    ],
    factsFile: 'report.json',
    copies: true,
  });
}

function banner(name: string, report: Report): Html {
  const { cluster, bundle, run, release, addOn, approval, startedAt, endedAt, keyId } = report;
  return html`<header>
<h1>${name}</h1>
<p class="lead">${badge(OUTCOMES[report.outcome], report.operation)} ${headline(report)}</p>
${factList([
  ['Region', cluster?.region],
  ['Release', cluster?.release],
  ['Release of the bundle', release],
  ['Add-on', addOn],
  ['Feature set', cluster?.featureSet],
  ['Signing key', keyId === undefined ? undefined : html`<code>${keyId}</code>`],
  ['Bundle', html`<code>s3://${bundle.bucket}/${bundle.key}</code>`],
  ...approvalFacts(approval),
  ['Started', startedAt === undefined ? undefined : time(startedAt)],
  ['Ended', time(endedAt)],
  ['Run', html`<code>${run}</code>`],
])}
</header>`;
}

function error({ error: found }: Report): Html {
  if (found === undefined) return NOTHING;
  const lines = found.cause.split('\n').map((line) => html`<p>${inline(line)}</p>`);
  return part('error', 'Error', [html`<p><code>${found.name}</code></p>`, ...lines]);
}

function problems({ problems: found = [] }: Report): Html {
  return sentences(
    'problems',
    'Problems',
    found.map(
      (problem) => html`${place(problem)}<b>${problem.code}</b> ${problem.message} ${inline(problem.remedy)}`,
    ),
  );
}

function undone({ undo = [] }: Report): Html {
  const left = undo.filter(({ outcome }) => outcome === 'left');
  const back = undo.filter(({ outcome }) => outcome === 'undone');
  return html`${part(
    'left',
    'What is left',
    left.map(
      ({ resource, detail, commands = [] }) =>
        html`<p><b>${resource}</b>: ${detail}</p>${commands.length === 0 ? NOTHING : commandBlock(commands)}`,
    ),
  )}${sentences(
    'undone',
    'What was undone',
    back.map(({ resource, detail }) => html`<b>${resource}</b>: ${detail}`),
  )}`;
}

function whatNext(report: Report): Html {
  return part(
    'next',
    'Next',
    afterwards(report).map((step) =>
      'say' in step ? html`<p>${inline(step.say)}</p>` : commandBlock(step.run),
    ),
  );
}

function components(report: Report, grants: Grants): Html {
  const { roles = [] } = report;
  return part(
    'components',
    'Components: who trusts whom',
    roles.map((role) => {
      const head = html`<h3>${role.secret}</h3><span class="aside">${role.name}</span>`;
      const body = html`<div class="body">${chain(linksOf(role, report, grants[role.name]))}</div>`;
      return html`<article>${fold({ open: roles.length <= FEW, kind: 'cluster' }, head, body)}</article>
`;
    }),
  );
}

/** Each trusts the one before it. */
function linksOf(
  { arn, secret, serviceAccounts, requestedBy = [], since }: Role,
  { issuer, providerArn, changes: changed }: Report,
  grants: readonly string[] | undefined,
): readonly Link[] {
  const addOns = requestedBy.flatMap((source) => ('name' in source ? [source.name] : []));
  const isChanged = (resource: string) => changed.some((change) => change.resource === resource);
  const asked = [
    ...(since === undefined ? [] : [`since ${since}`]),
    ...(addOns.length === 0 ? [] : [`for ${addOns.join(', ')}`]),
  ].join(', ');
  return [
    { name: 'Service accounts', what: codeLines(serviceAccounts) },
    ...(issuer === undefined ? [] : [{ name: 'Issuer', what: html`<code>${issuer}</code>` }]),
    ...(providerArn === undefined ? [] : [{ name: 'Provider', what: html`<code>${providerArn}</code>` }]),
    {
      name: 'Role',
      what: html`<code>${arn}</code>${asked === '' ? NOTHING : html` <span class="aside">${asked}</span>`}`,
      fresh: isChanged(`role ${arn.split('/').at(-1) ?? ''}`),
    },
    { name: 'Secret', what: html`<code>${secret}</code>` },
    ...(grants === undefined ? [] : [{ name: 'Permissions', what: codeLines(grants) }]),
  ];
}

function verification({ verification: checks = [] }: Report, titles: CheckTitles): Html {
  return sentences(
    'verification',
    'What was proved',
    checks.map(({ check, proved, notProved, reason = '', provedBy }) => {
      const by = provedBy === undefined ? '' : `, by ${provedBy}`;
      const open = notProved === 0 ? '' : `; ${notProved} not: ${reason}`;
      return html`${icon(notProved === 0 ? 'good' : 'unknown')} ${titles[check] ?? check}: <b>${proved}</b>${by}${open}`;
    }),
  );
}

function changes(report: Report): Html {
  const { outcome, changes: all, differences = [] } = report;
  const title = outcome === 'prepared' ? 'Changes' : 'Changes that were planned';
  const line = ({ action, resource, part: of }: (typeof all)[number]) =>
    `${action} ${resource}${of === 'all' ? '' : `: ${of}`}`;
  if (outcome === 'prepared' && all.length === 0)
    return html`<p class="note good">${icon('good')}<span>Nothing was changed: everything was as it should be.</span></p>`;
  return html`${sentences('changes', title, all.map(line))}${sentences(
    'differences',
    'What differs from what a prepare would make',
    differences.map(line),
  )}`;
}

function place({
  file,
  document,
  field,
}: Partial<Record<'file' | 'field', string | undefined>> & { document?: number | undefined }): Content {
  const known = formatLocation(defined({ file, document, field }));
  return known === '' ? NOTHING : html`<code>${known}</code>: `;
}
