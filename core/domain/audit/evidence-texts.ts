import { createHash } from 'node:crypto';
import { defined } from '../../util/defined.ts';
import { grouped } from '../../util/grouped.ts';
import type { FleetProblem, ProblemEvidence } from './fleet-problems.ts';

/** Shorter evidence is shown wherever it belongs. */
const MIN_SHARED_CHARACTERS = 200;
/** So much evidence a report for people holds; `report.json` always has all. Clusters take room themselves. */
const maxCharacters = (clusters: number) => Math.max(300_000, 1_500_000 - 4_000 * clusters);

/** So many different findings of one problem are shown. */
const MAX_SHOWN = 20;

export const LEFT_OUT = 'Left out, because this report would become too large: report.json has it.';

/** Where a piece of evidence is shown. */
export type EvidencePlace = 'here' | 'left-out' | { readonly id: string };

export interface EvidenceTexts {
  readonly placeOf: (text: string) => EvidencePlace;
  /** Texts that stand in a place of their own, because several problems refer to them. */
  readonly shared: readonly { readonly id: string; readonly text: string }[];
}

/**
 * What a report shows of the evidence: each longer text once, however many problems show it, and no more than a report
 * can hold, the worst problems first.
 */
export function evidenceTexts(problems: readonly FleetProblem[], clusters: number): EvidenceTexts {
  const uses = new Map<string, number>();
  for (const { evidence } of problems)
    for (const text of evidence.slice(0, MAX_SHOWN).flatMap(({ live, wanted }) => [live, wanted]))
      if (text !== undefined && text.length >= MIN_SHARED_CHARACTERS)
        uses.set(text, (uses.get(text) ?? 0) + 1);
  const places = new Map<string, EvidencePlace>();
  let characters = 0;
  for (const [text, count] of uses) {
    characters += text.length;
    if (characters > maxCharacters(clusters)) places.set(text, 'left-out');
    else if (count > 1) places.set(text, { id: idOf(text) });
  }
  return {
    placeOf: (text) => places.get(text) ?? 'here',
    shared: [...places].flatMap(([text, place]) =>
      typeof place === 'object' ? [{ id: place.id, text }] : [],
    ),
  };
}

/** The evidence of a problem as it is shown: what is left out of it is told apart no more. */
export function shownEvidence(
  { evidence }: FleetProblem,
  { placeOf }: EvidenceTexts,
): readonly ProblemEvidence[] {
  const shown = ({ live, wanted, places }: ProblemEvidence, index: number): ProblemEvidence => {
    const told = (text?: string) =>
      text !== undefined && (index >= MAX_SHOWN || placeOf(text) === 'left-out') ? LEFT_OUT : text;
    return { ...defined({ live: told(live), wanted: told(wanted) }), places };
  };
  return grouped(evidence.map(shown), ({ live, wanted }) => JSON.stringify([live, wanted])).map(
    ([, [one, ...others]]) => ({ ...one, places: [one, ...others].flatMap(({ places }) => places) }),
  );
}

function idOf(text: string): string {
  return `evidence-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
