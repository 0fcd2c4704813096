import { type Content, type Html, html, NOTHING, trusted } from '../html.ts';
import type { ClusterAudit, ReleaseAudit, Severity } from './report.ts';
import { CLUSTER_WORDS, isTime, RELEASE_WORDS, SEVERITY_WORDS, timeText } from './view.ts';

/** The small parts that the page of an audit is put together from. */

type Icon = 'good' | 'bad' | 'warn' | 'unknown' | 'info' | 'new';
/** What a colour stands for. Icons have the same names; each has a shape of its own. */
type Tone = Icon | 'quiet';

/** Outlines on a square of 16: every state has its own shape, so that none is told by its colour alone. */
const ICONS: Readonly<Record<Icon, string>> = {
  good: '<circle cx="8" cy="8" r="6.5"/><path d="m5 8.3 2.1 2.1L11 6.1"/>',
  bad: '<path d="M5.4 1.6h5.2l3.8 3.8v5.2l-3.8 3.8H5.4l-3.8-3.8V5.4z"/><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>',
  warn: '<path d="M8 1.8 15 14H1z"/><path d="M8 6.3v3.6m0 2v.1"/>',
  unknown:
    '<circle cx="8" cy="8" r="6.5" stroke-dasharray="2.6 1.5"/><path d="M6.2 6.4A1.9 1.9 0 1 1 8 8.3v.8m0 2.1v.1"/>',
  info: '<circle cx="8" cy="8" r="6.5"/><path d="M8 7.4v3.8M8 4.8v.1"/>',
  new: '<path d="M8 1.5v13M1.5 8h13M3.6 3.6l8.8 8.8m0-8.8-8.8 8.8"/>',
};

/** The icons, once for the whole page. */
export const ICON_SHEET: Html = trusted(
  [
    '<svg class="sheet" aria-hidden="true">',
    ...Object.entries(ICONS).map(
      ([name, shape]) => `<symbol id="i-${name}" viewBox="0 0 16 16">${shape}</symbol>`,
    ),
    '</svg>',
  ].join(''),
);

const USES = Object.fromEntries(
  Object.keys(ICONS).map((name) => [name, trusted(`<svg aria-hidden="true"><use href="#i-${name}"/></svg>`)]),
);

export function icon(name: Icon): Html {
  return USES[name] ?? NOTHING;
}

const CLUSTER_ICONS: Readonly<Record<ClusterAudit['status'], Icon>> = {
  clean: 'good',
  drifted: 'warn',
  unknown: 'unknown',
};

export const RELEASE_ICONS: Readonly<Record<ReleaseAudit['status'], Icon>> = {
  ready: 'good',
  'not-ready': 'bad',
  unknown: 'unknown',
};

export const SEVERITY_ICONS: Readonly<Record<Severity, Icon>> = {
  critical: 'bad',
  warning: 'warn',
  info: 'info',
};

export function clusterBadge(status: ClusterAudit['status']): Html {
  return badge(CLUSTER_ICONS[status], CLUSTER_WORDS[status]);
}

export function releaseBadge(status: ReleaseAudit['status']): Html {
  return badge(RELEASE_ICONS[status], RELEASE_WORDS[status]);
}

export function severityBadge(severity: Severity): Html {
  return badge(SEVERITY_ICONS[severity], SEVERITY_WORDS[severity]);
}

export const NEW_BADGE: Html = badge('new', 'New');

/** A word with its shape and its colour. */
export function badge(name: Icon, word: string): Html {
  return html`<span class="badge ${name}">${icon(name)}${word}</span>`;
}

/** A name and what it is, for lists of facts; nothing when it is not known. */
export type Fact = readonly [name: string, value: Content | undefined];

export function factList(facts: readonly Fact[]): Html {
  const known = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [html`<div><dt>${name}</dt><dd>${value}</dd></div>`],
  );
  return html`<dl class="facts">${known}</dl>`;
}

export function time(iso: string): Html {
  return isTime(iso) ? html`<time datetime="${iso}">${timeText(iso)}</time>` : html`${iso}`;
}

/** Commands in order. The prompt and the lines between them are the style sheet's, so that nobody copies them. */
export function commandBlock(commands: readonly string[]): Html {
  const lines = commands.map((command) => html`<code>${command}\n</code>`);
  return html`<pre class="commands">${lines}</pre>`;
}

/** A table that scrolls sideways by itself when it is wider than the page; it takes the focus so that keys scroll it. */
export function scrollingTable(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}

/** Something that folds. What it holds is shown when a link leads to it. */
export function fold(
  { open = false, kind = 'part' }: { readonly open?: boolean; readonly kind?: string },
  head: Content,
  body: Content,
): Html {
  return html`<details class="${kind}"${open ? trusted(' open') : NOTHING}><summary>${head}</summary>${body}</details>`;
}

/** Parts of a whole as a bar with its legend. */
export function share(
  title: string,
  total: number,
  parts: readonly { readonly tone: Tone; readonly word: string; readonly count: number }[],
): Html {
  const bar = parts
    .filter(({ count }) => count > 0)
    .map(({ tone, count }) => html`<i class="${tone}" style="flex-grow:${count}"></i>`);
  const legend = parts.map(
    ({ tone, word, count }) =>
      html`<li class="${count === 0 ? 'none' : tone}">${tone === 'quiet' ? NOTHING : icon(tone)}<b>${count}</b> ${word}</li>`,
  );
  return html`<div class="share">
<p><b>${total}</b> ${title}</p>
<div class="bar" aria-hidden="true">${bar}</div>
<ul>${legend}</ul>
</div>`;
}
