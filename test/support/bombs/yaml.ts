/**
 * Uploads that are made to crash, to stall or to swamp whoever reads them. At scale 1 each is about as large as the
 * limits of an upload let it be, so that the benchmark can measure the worst; tests take small ones.
 */
import { type Bomb, bundle, copies, each, inFiles, list, noise, one } from './bomb.ts';

/** YAML itself. */
export const YAML_BOMBS: readonly Bomb[] = [
  // YAML
  bundle('nothing but numbers in files of their own', (n) => copies(16, () => `[${list(n(240_000), '1')}]`)),
  bundle('maps that are merged', (n) => one(`<<: [${list(n(120_000), '{a: 1}')}]\n`)),
  bundle('aliases of aliases', (n) =>
    one(
      `a0: &a0 [${list(n(1_000), '1')}]\n${each(60, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}\n`,
    ),
  ),
  bundle('aliases of a large text in every document', (n) =>
    inFiles(each(n(100), () => `a: &a ${noise(30_000)}\nb: [${list(99, '*a')}]`)),
  ),
  bundle('anchors', (n) => one(`[${each(n(110_000), (i) => `&a${i} 1`)}]`)),
  bundle('brackets', (n) => one('['.repeat(n(4_000_000)))),
  bundle('levels of indentation', (n) => one(each(n(2_500), (i) => `${' '.repeat(i)}a:`).join('\n'))),
  bundle('dashes', (n) => one('- '.repeat(n(2_000_000)))),
  bundle('question marks', (n) => one('? '.repeat(n(2_000_000)))),
  bundle('keys', (n) => one(each(n(160_000), (i) => `k${i}: 1`).join('\n'))),
  bundle('a key of a million characters', (n) => one(`? ${noise(n(3_900_000))}\n: 1`)),
  bundle('tags of YAML', (n) => one(`[${list(n(120_000), '!!str 1')}]`)),
  bundle('comments', (n) => one(`a:\n${'# x\n'.repeat(n(900_000))}b: 1\n`)),
  bundle('comments in a flow collection', (n) => one(`[\n${'# x\n'.repeat(n(900_000))}]\n`)),
  bundle('blank lines', (n) => one(`a:\n${'\n'.repeat(n(3_900_000))} b\n`)),
  bundle('blanks', (n) => one(`a: b${' '.repeat(n(3_900_000))}c\n`)),
  bundle('lines of a scalar', (n) => one(`a: x\n${' x\n'.repeat(n(1_300_000))}`)),
  bundle('lines of a quoted scalar', (n) => one(`a: "x\n${' x\n'.repeat(n(1_300_000))}"`)),
  bundle('lines of a folded scalar', (n) => one(`a: >\n${' x\n'.repeat(n(1_300_000))}`)),
  bundle('escapes', (n) => one(`a: "${'\\u0041'.repeat(n(600_000))}"`)),
  bundle('errors', (n) => copies(n(4_900), () => each(90, () => 'a: b: c').join('\n---\n'))),
  bundle('errors far down', (n) =>
    one(`${'#\n'.repeat(n(1_900_000))}${each(90, () => 'a: b: c').join('\n---\n')}`),
  ),
  bundle('tags that nobody knows', (n) => one(`[${list(n(150_000), '!x 1')}]`)),
  bundle('colons', (n) => one(`{${'a:'.repeat(n(1_900_000))}}`)),
  bundle('quotes', (n) => one(`[${"'' ".repeat(n(1_300_000))}]`)),
  bundle('percent signs', (n) => one(`${'%X y\n'.repeat(n(780_000))}---\na\n`)),
];
