import { type Content, type Html, html, NOTHING, trusted } from '../html.ts';

/** One link of a chain: each trusts the one before it. */
export interface Link {
  readonly name: string;
  readonly what: Content;
  /** Whether it is new, or changes. */
  readonly fresh?: boolean;
}

/** A chain drawn as a line with a point for each link; those that change stand out, and are said to. */
export const CHAIN_STYLE = `
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

/** Service account → issuer → provider → role → permissions, or as much of it as is known. */
export function chain(links: readonly Link[]): Html {
  const items = links.map(
    ({ name, what, fresh = false }) =>
      html`<li${fresh ? trusted(' class="fresh"') : NOTHING}><span class="name">${name}${fresh ? html` <span class="unseen">(changes)</span>` : NOTHING}</span><div>${what}</div></li>
`,
  );
  return html`<ol class="chain">
${items}</ol>`;
}

/** Texts of a link, a line each. */
export function codeLines(texts: readonly string[]): Html {
  return html`<ul class="lines">${texts.map(
    (text) => html`<li><code>${text}</code></li>
`,
  )}</ul>`;
}
