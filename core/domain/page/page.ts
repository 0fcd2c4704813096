import { ICON_SHEET } from '../audit/html-parts.ts';
import { STYLE } from '../audit/html-style.ts';
import { type Content, type Html, html, htmlText, NOTHING, trusted } from '../html.ts';
import { CHAIN_STYLE } from './chain.ts';
import { COPY, COPY_STYLE } from './copy.ts';
import { pageScript } from './script.ts';

/** What a page of one cluster is put together from. The look is that of an audit's page. */
export interface Page {
  readonly title: string;
  /** What the page is, as "Skip to the …" says. */
  readonly what: string;
  readonly banner: Html;
  readonly main: Content;
  /** The file beside it that has the same facts for programs. */
  readonly factsFile: string;
  /** Whether it has commands, which are copied by a button each. */
  readonly copies?: boolean;
}

const SCRIPT = pageScript(COPY);

/** A page that needs nothing else, no network either; nothing is loaded, and nothing runs but the script for copying. */
export function pageHtml({ title, what, banner, main, factsFile, copies = false }: Page): string {
  const script = copies ? `; script-src ${SCRIPT.source}` : '';
  const policy = `default-src 'none'; style-src 'unsafe-inline'${script}; base-uri 'none'; form-action 'none'`;
  return htmlText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(STYLE + CHAIN_STYLE + COPY_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the ${what}</a>
${ICON_SHEET}
${banner}
<main id="main" tabindex="-1">
${main}
</main>
<footer><p>Written by sts-prep. The file <code>${factsFile}</code> beside this page holds the same facts for programs.</p></footer>
${copies ? SCRIPT.element : NOTHING}
</body>
</html>
`);
}

/** A part of a page with its heading; nothing where there is nothing in it. */
export function part(id: string, title: string, content: readonly Content[]): Html {
  if (content.length === 0) return NOTHING;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}</section>`;
}

/** Sentences below a heading. */
export function sentences(id: string, title: string, all: readonly Content[]): Html {
  const items = all.map(
    (each) => html`<li>${each}</li>
`,
  );
  return part(id, title, items.length === 0 ? [] : [html`<ul class="reasons">${items}</ul>`]);
}

/** A sentence of ours, in which code stands between backticks. */
export function inline(text: string): Html {
  return html`${text.split('`').map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}
