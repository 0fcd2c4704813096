import { type FindingText, finding } from '../../../domain/audit/finding.ts';
import type { FindingKind } from '../../../domain/audit/kinds.ts';
import type { Finding } from '../../../domain/audit/report.ts';
import { CHECK_TABLE, type CheckFor, type ResourceName, type Uses } from '../../../resources/check-table.ts';
import type { Discrepancy } from '../../../resources/resource.ts';

/** A run over a cluster repairs whatever differs from what was asked for, by add-ons too, and nothing else. */
export const PREPARE_AGAIN =
  'Upload the bundle of the cluster again, under the key of its last prepare, upgrade or prune: a run repairs it.';

/** What is said of a discrepancy. Resource and remedy are the usual ones unless it says others. */
interface Text extends Partial<FindingText> {
  readonly message: string;
}

type TextOf<Drift> = Drift extends readonly (infer Kind)[] ? Text & { readonly kind: Kind } : Text;

/** The words for every check of a resource that an audit has findings of. */
export type Texts<Name extends ResourceName> = {
  readonly [Check in CheckFor<'drift', Name>]: (
    found: Discrepancy,
  ) => TextOf<Extract<(typeof CHECK_TABLE)[Name][Check], Uses>['drift']>;
};

/** The findings of an audit about one resource. */
export function findingsOf<Name extends ResourceName>(
  name: Name,
  resource: string,
  found: readonly Discrepancy[],
  texts: Readonly<Record<string, (found: Discrepancy) => Text & { readonly kind?: FindingKind }>>,
): Finding[] {
  const table: Readonly<Record<string, Uses>> = CHECK_TABLE[name];
  return found.flatMap((each) => {
    const drift = table[each.check]?.drift;
    const text = texts[each.check]?.(each);
    if (drift === undefined || text === undefined) return [];
    const { kind = drift, ...said } = text;
    return typeof kind === 'string' ? [finding(kind, { resource, remedy: PREPARE_AGAIN, ...said })] : [];
  });
}

/** Evidence of both sides, where both may be shown as they are. */
export function shown({ actual, expected }: Discrepancy): Pick<FindingText, 'live' | 'wanted'> {
  return { live: actual ?? 'none', wanted: expected };
}

/** The same of lists of names. */
export function listed({ actual, expected }: Discrepancy): {
  readonly live: string;
  readonly wanted: string;
} {
  const text = (list: unknown) => (Array.isArray(list) ? list.join(', ') : '');
  return { live: text(actual), wanted: text(expected) };
}

const MAX_SHOWN = 5;

/** The first of some texts, and how many more there are. */
export function some(texts: readonly string[]): string {
  const rest = texts.length - MAX_SHOWN;
  return texts.slice(0, MAX_SHOWN).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}
