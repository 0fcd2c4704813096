import { type Html, html, NOTHING } from '../html.ts';
import { type EvidenceTexts, LEFT_OUT } from './evidence-texts.ts';
import { fold } from './html-parts.ts';

/** Longer evidence is folded up at first. */
const MAX_UNFOLDED_LINES = 16;

/** What was found beside what is wanted. Policies can be long: then it folds, or stands in a place of its own. */
export function evidenceBlock(
  { live, wanted }: { readonly live?: string | undefined; readonly wanted?: string | undefined },
  texts: EvidenceTexts,
): Html {
  if (live === undefined && wanted === undefined) return NOTHING;
  const block = (label: string, value: string | undefined) =>
    value === undefined ? NOTHING : html`<div><dt>${label}</dt><dd>${evidence(value, texts)}</dd></div>`;
  const both = html`<dl class="evidence">${block('Found', live)}${block('Wanted', wanted)}</dl>`;
  const linesHere = (value: string | undefined) =>
    value !== undefined && texts.placeOf(value) === 'here' ? linesIn(value) : 0;
  const lines = Math.max(linesHere(live), linesHere(wanted));
  return lines <= MAX_UNFOLDED_LINES ? both : fold({ kind: 'more' }, `Evidence, ${lines} lines`, both);
}

function evidence(text: string, texts: EvidenceTexts): Html {
  const place = texts.placeOf(text);
  if (place === 'here') return html`<pre>${text}</pre>`;
  if (place === 'left-out') return html`<p class="quiet">${LEFT_OUT}</p>`;
  return html`<p><a href="#${place.id}">${linesIn(text)} lines that several problems have</a></p>`;
}

/** The texts that several problems refer to. */
export function sharedEvidence({ shared }: EvidenceTexts): Html {
  if (shared.length === 0) return NOTHING;
  return html`<section aria-labelledby="evidence">
<h2 id="evidence">Policies that several problems have</h2>
${shared.map(({ id, text }) => fold({ kind: 'more' }, `${linesIn(text)} lines`, html`<pre id="${id}">${text}</pre>`))}
</section>`;
}

function linesIn(text: string): number {
  return text.split('\n').length;
}
