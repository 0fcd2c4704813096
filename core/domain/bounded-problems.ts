import { visible } from '../util/visible.ts';
import type { SkippedDocument } from './credentials-request.ts';
import type { Problem } from './problem.ts';

/**
 * What an upload says is a stranger's, and may be made to say the same a hundred thousand times: what is told of it stays
 * small enough for a report, for the cause of an execution and for whoever reads them.
 */
const MAX_PROBLEMS = 500;
const MAX_SKIPPED = 2_000;
const MAX_TEXT = 500;

/** The first problems, their texts cut short, and how many more there are. */
export function boundedProblems(problems: readonly Problem[]): Problem[] {
  const first = problems.slice(0, MAX_PROBLEMS).map((problem) => ({
    ...problem,
    message: told(problem.message),
    ...(problem.field === undefined ? {} : { field: told(problem.field) }),
    ...(problem.file === undefined ? {} : { file: told(problem.file) }),
  }));
  const [next] = problems.slice(MAX_PROBLEMS);
  if (next === undefined) return first;
  return [
    ...first,
    {
      code: next.code,
      message: `There are ${problems.length} problems; these are the first ${MAX_PROBLEMS}.`,
      remedy: 'Correct them, and upload the bundle again to be told of the others.',
    },
  ];
}

/** The same of problems in words. */
export function boundedTexts(problems: readonly string[]): string[] {
  const more = problems.length - MAX_PROBLEMS;
  return [
    ...problems.slice(0, MAX_PROBLEMS).map(told),
    ...(more > 0 ? [`There are ${more} more problems.`] : []),
  ];
}

/** The first skipped documents, their texts cut short, and how many more there are. */
export function boundedSkipped(skipped: readonly SkippedDocument[]): SkippedDocument[] {
  const first = skipped.slice(0, MAX_SKIPPED).map((document) => ({
    ...document,
    ...(document.file === undefined ? {} : { file: told(document.file) }),
    reason: told(document.reason),
  }));
  const more = skipped.length - first.length;
  return more === 0 ? first : [...first, { reason: `and ${more} more documents` }];
}

/** Short, and with nothing in it that a terminal would obey. */
export function told(text: string): string {
  return cut(visible(text));
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}
