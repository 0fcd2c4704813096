import type { Report } from './report.ts';

const TITLES = { approved: 'Approved', refused: 'Refused' } as const;

/** Who approved the plan of a run, or refused it, as a fact of its report; none where nobody had to. */
export function approvalFacts(
  approval: Report['approval'],
): readonly (readonly [name: string, value: string])[] {
  if (approval === undefined) return [];
  const { verdict, by, at, reason } = approval;
  const why = reason === undefined ? '' : `: ${reason}`;
  return [[TITLES[verdict], `${at.slice(0, 16)}Z by ${by}${why}`]];
}
