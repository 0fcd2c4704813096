const USUAL = 'Correct the file at this place.';

/** What people have in files that are no YAML, and what they can do about it. The text itself is never repeated. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /^(<{7}|>{7})( |$)/m,
    'Finish the merge: the file has the marks of a conflict (<<<<<<<), and both sides of it.',
  ],
  [
    /^\s*(- |[\w./-]+: *)?\{\{/m,
    'It is a template: fill it in first (helm template, for one), and pack what comes out in its place.',
  ],
  [
    /[^-\s]---$/m,
    'Put a line break before the --- at the end of a line: a file that does not end with one was put before another.',
  ],
  [/^```/m, 'Take out the lines that begin with ```, which are of Markdown.'],
  [/^ *\t[ \t]*[^\s#]/m, `${USUAL} Lines of it begin with a tab, which YAML does not allow: use blanks.`],
  [
    /^ *\u00a0/m,
    `${USUAL} Lines of it begin with no-break spaces, which come of copying from a page: use blanks.`,
  ],
];

/** What to do about a document that is no YAML, by its text. */
export function remedyOfMalformed(text: string): string {
  return CAUSES.find(([cause]) => cause.test(text))?.[1] ?? USUAL;
}
