/**
 * A page that is written by hand, but for the part between `<!-- name: npm run generate -->` and `<!-- /name -->`,
 * which becomes what is given. Throws when the page has no such marks.
 */
export function withPart(page: string, name: string, part: string): string {
  const marks = [`<!-- ${name}: npm run generate -->`, `<!-- /${name} -->`] as const;
  const [start, end] = [page.indexOf(marks[0]), page.indexOf(marks[1])];
  if (start < 0 || end < start) throw new Error(`There are no marks ${marks.join(' and ')}.`);
  return `${page.slice(0, start + marks[0].length)}\n${part}\n${page.slice(end)}`;
}
