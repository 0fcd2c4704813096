import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * A list that is spread into a call lies on the stack as a whole: one of a hundred thousand items, as an upload of a few
 * hundred bytes can have it, ends the function with a RangeError. So nothing in the product is spread into a call but
 * what the program itself wrote down, in capitals.
 */
const ALLOWED = /^[A-Z][A-Z_]+[),]/;

/** Spreads into calls, as they begin. Comments and texts are left out; rest parameters have a type after their name. */
function spreadsIn(source: string): string[] {
  const code = source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(?<=^|\s)\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
  const found: string[] = [];
  const open: string[] = [];
  for (let at = 0; at < code.length; at += 1) {
    const character = code.charAt(at);
    if ('([{'.includes(character)) open.push(character);
    else if (')]}'.includes(character)) open.pop();
    else if (open.at(-1) === '(' && code.startsWith('...', at)) {
      const what = code.slice(at + 3, at + 83);
      if (!/^\w+(\?)?:/.test(what) && !ALLOWED.test(what)) found.push(`...${what.split('\n')[0]}`);
      at += 2;
    }
  }
  return found;
}

const FILES = globSync(['core/**/*.ts', 'functions/**/*.ts']);

describe('what is spread into a call', () => {
  it('is found', () => {
    expect(
      spreadsIn('push(...list); Math.max(1, ...list.map((x) => x)); f(\n  ...[1],\n);').map((text) =>
        text.slice(0, 7),
      ),
    ).toEqual(['...list', '...list', '...[1],']);
    expect(
      spreadsIn("f([...a], {...b}); function g(...c: T[]) {} f(x, ...CODES); f('(...x'); // f(...y)"),
    ).toEqual([]);
  });

  it.each(FILES)('is nothing that has the size of an input: %s', (file) => {
    expect(spreadsIn(readFileSync(file, 'utf8'))).toEqual([]);
  });

  it('is looked for in all of the product', () => {
    expect(FILES.length).toBeGreaterThan(200);
  });
});
