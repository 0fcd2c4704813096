import type { Problem } from './problem.ts';

/** Enough for so many requests of which each has a name of the usual length and two service accounts. */
const MAX_NAMES_CHARACTERS = 300_000;

/** A report names every role, its Secret and its service accounts, and stays a thing that can be read. */
export function checkReportedNames(
  roles: readonly { readonly arn: string; readonly subjects: readonly string[] }[],
): Problem[] {
  const size = roles.reduce(
    (sum, { arn, subjects }) => sum + arn.length + subjects.reduce((all, { length }) => all + length, 0),
    0,
  );
  if (size <= MAX_NAMES_CHARACTERS) return [];
  return [
    {
      code: 'TooManyRequests',
      message: `The roles and service accounts of the bundle have ${size} characters in their names.`,
      remedy: `One run handles ${MAX_NAMES_CHARACTERS}; split the bundle.`,
    },
  ];
}
