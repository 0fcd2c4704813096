import { shortened, visibleLine } from '../util/visible.ts';
import type { SkippedDocument } from './credentials-request.ts';
import type { Location, Problem } from './problem.ts';

/**
 * What an upload says is a stranger's, and may be made to say the same a hundred thousand times: what is told of it stays
 * small enough for a report, for the cause of an execution and for whoever reads them.
 */
const MAX_PROBLEMS = 500;
const MAX_SKIPPED = 2_000;
const MAX_WARNINGS = 200;
const MAX_TEXT = 500;

/** Of a problem: what the policy guard says of a whole bundle is a list, and half a command would be none. */
const MAX_MESSAGE = 1_500;
const MAX_REMEDY = 7_000;

/** Of problems, of skipped documents and of warnings each: with all three, JSON and Markdown stay below a megabyte. */
const MAX_BYTES = 150_000;

/** Everything after the beginning of a key or certificate; public or not, nobody reads one in a message. */
const PEM = /-{4,5} ?BEGIN[\s\S]*/;

/** The first problems, their texts cut short, and how many more there are. */
export function boundedProblems(problems: readonly Problem[]): Problem[] {
  const first = bounded(problems, MAX_PROBLEMS, (problem) => ({
    ...problem,
    ...toldLocation(problem),
    message: toldUpTo(problem.message, MAX_MESSAGE),
    remedy: toldUpTo(problem.remedy, MAX_REMEDY),
  }));
  const [next] = problems.slice(first.length);
  if (next === undefined) return first;
  return [
    ...first,
    {
      code: next.code,
      message: `There are ${problems.length} problems; these are the first ${first.length}.`,
      remedy: 'Correct them, and upload the bundle again to be told of the others.',
    },
  ];
}

/** The same of problems in words. */
export function boundedTexts(problems: readonly string[]): string[] {
  const first = bounded(problems, MAX_PROBLEMS, told);
  const more = problems.length - first.length;
  return more === 0 ? first : [...first, `There are ${more} more problems.`];
}

/** The first skipped documents, their texts cut short, and how many more there are. */
export function boundedSkipped(skipped: readonly SkippedDocument[]): SkippedDocument[] {
  const first = bounded(skipped, MAX_SKIPPED, (document) => ({
    ...document,
    ...toldLocation(document),
    reason: told(document.reason),
  }));
  const more = skipped.length - first.length;
  return more === 0 ? first : [...first, { reason: `and ${more} more documents` }];
}

/** The first warnings, cut short, and how many more there are. */
export function boundedWarnings(warnings: readonly string[]): string[] {
  const first = bounded(warnings, MAX_WARNINGS, told);
  const more = warnings.length - first.length;
  return more === 0 ? first : [...first, `There are ${more} more warnings.`];
}

/** Short, in one line, without keys, and with nothing in it that a terminal would obey. */
export function told(text: string): string {
  return toldUpTo(text, MAX_TEXT);
}

function toldUpTo(text: string, length: number): string {
  // Cut before too: nothing that is done to a text shall take time with the length of what is not shown.
  const beginning = shortened(text, length).replace(PEM, '[a key or certificate, left out]');
  return shortened(visibleLine(beginning), length);
}

function toldLocation({ file, field }: Location): Location {
  return {
    ...(file === undefined ? {} : { file: told(file) }),
    ...(field === undefined ? {} : { field: told(field) }),
  };
}

/** The first items in the form in which they are told: so many, and so many bytes, at most. */
function bounded<Item, Told>(items: readonly Item[], count: number, tell: (item: Item) => Told): Told[] {
  const first: Told[] = [];
  let bytes = 0;
  for (const item of items.slice(0, count)) {
    const next = tell(item);
    bytes += Buffer.byteLength(JSON.stringify(next));
    if (bytes > MAX_BYTES) break;
    first.push(next);
  }
  return first;
}
