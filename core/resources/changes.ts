import { type Change, created, updated } from '../domain/change.ts';
import type { Uses } from './check-table.ts';
import type { Discrepancy } from './resource.ts';

/** The changes that bring a resource to what it should be, in the order of its checks; each part once. */
export function changesOf(
  resource: string,
  table: Readonly<Record<string, Uses>>,
  found: readonly Discrepancy[],
): readonly Change[] {
  if (found.some(({ check }) => check === 'missing')) return [created(resource)];
  const parts = Object.entries(table).flatMap(([check, { change }]) =>
    found.filter((each) => each.check === check).flatMap(({ subject }) => partOf(change, subject)),
  );
  return [...new Set(parts)].map((part) => updated(resource, part));
}

function partOf(change: Uses['change'], subject: string | undefined): string[] {
  if (typeof change === 'string') return [change];
  return 'each' in change ? [`${change.each} ${subject}`] : [];
}

/** Whether a step changes a part of its resource. */
export function changing(step: { readonly changes: readonly Change[] }, name: string): boolean {
  return step.changes.some(({ part }) => part === name);
}
