import { fenced } from '../markdown.ts';
import { type EvidenceTexts, LEFT_OUT } from './evidence-texts.ts';
import { evidenceTitle, link } from './markdown-links.ts';

/** What was found, and what is wanted; what several problems have is a link to where it stands. */
export function evidenceLines(
  { live, wanted }: { readonly live?: string | undefined; readonly wanted?: string | undefined },
  texts: EvidenceTexts,
): string[] {
  return [...evidence('Found', live, texts), ...evidence('Wanted', wanted, texts)];
}

function evidence(label: string, value: string | undefined, texts: EvidenceTexts): string[] {
  if (value === undefined) return [];
  const place = texts.placeOf(value);
  if (place === 'here') return ['', `${label}:`, '', ...fenced(value)];
  if (place === 'left-out') return ['', `${label}: ${LEFT_OUT}`];
  return ['', `${label}: ${link('a text that several problems have', evidenceTitle(place.id))}`];
}
