import { describe, expect, test } from 'vitest';
import { MAX_DOCUMENTS_PER_FILE, MAX_ENTRY_BYTES, MAX_YAML_DEPTH } from '../../../core/bundle/limits.ts';
import { readYamlDocuments } from '../../../core/bundle/read-yaml.ts';
import { yamlBudget } from '../../../core/bundle/yaml-value.ts';
import { faultsOf, read } from './read-text.ts';

describe('hostile files', () => {
  const half = MAX_ENTRY_BYTES / 2;
  const lines = (line: (n: number) => string, count: number) =>
    Array.from({ length: count }, (_, n) => line(n)).join('');
  const laughs = `a0: &a0 lol\n${lines((n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(10)}]\n`, 9)}`;
  const twoLaughs = `a0: &a0 lol\n${lines((n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`, 30)}`;
  const mergeLaughs = `a0: &a0 {k: v}\n${lines((n) => `a${n + 1}: &a${n + 1} {<<: [${`*a${n}, `.repeat(10)}]}\n`, 9)}`;
  test.each<[string, string]>([
    ['100,000 open brackets', '['.repeat(100_000)],
    ['as many as fit', '['.repeat(MAX_ENTRY_BYTES)],
    ['open braces', '{a: '.repeat(half / 4)],
    ['sequences on one line', '- '.repeat(half)],
    ['explicit keys on one line', '? '.repeat(half)],
    ['empty keys on one line', `a: ${': '.repeat(half)}`],
    ['quoted keys on one line', '"x": '.repeat(half / 5)],
    ['sequences by indentation', lines((n) => `${' '.repeat(n)}-\n`, 1000)],
    ['maps by indentation', lines((n) => `${' '.repeat(n)}a:\n`, 1000)],
    ['a level more than allowed', `${'['.repeat(MAX_YAML_DEPTH + 1)}${']'.repeat(MAX_YAML_DEPTH + 1)}`],
    [
      'a level more than allowed around a scalar',
      `${'['.repeat(MAX_YAML_DEPTH + 1)}a${']'.repeat(MAX_YAML_DEPTH + 1)}`,
    ],
    [
      'levels that an alias adds',
      `a: &x ${'['.repeat(40)}${']'.repeat(40)}\nb: ${'['.repeat(40)}*x${']'.repeat(40)}`,
    ],
    ['a billion laughs', laughs],
    ['a billion laughs two by two', twoLaughs],
    ['a billion laughs by merging', mergeLaughs],
    ['101 aliases', `a: &x 1\nb: [${'*x, '.repeat(101)}]`],
    ['a large anchor used often', `a: &x [${'b, '.repeat(50_000)}]\nc: [${'*x, '.repeat(50)}]`],
    ['a long string used often', `a: &x ${'b'.repeat(100_000)}\nc: [${'*x, '.repeat(50)}]`],
    [
      'a few aliases in each of many documents',
      `---\na: &x [${'b, '.repeat(300)}]\nc: [${'*x, '.repeat(50)}]\n`.repeat(100),
    ],
    ['more documents than allowed', '---\n'.repeat(MAX_DOCUMENTS_PER_FILE + 1)],
    ['as many documents as fit', '---\n'.repeat(MAX_ENTRY_BYTES / 4)],
    ['more tokens in a document than allowed', 'a\n'.concat('#\n'.repeat(half - 1))],
    ['a document of nothing but errors', '}'.repeat(MAX_ENTRY_BYTES)],
    ['a flow sequence of nothing but commas', `[${','.repeat(MAX_ENTRY_BYTES)}`],
    ['tags', '!a '.repeat(MAX_ENTRY_BYTES / 3)],
    ['anchors', '&a\n'.repeat(MAX_ENTRY_BYTES / 3)],
  ])('%s', (_, text) => {
    expect(faultsOf(text).at(-1)).toMatch(/^YamlTooComplex/);
  });

  test.each<[string, string]>([
    ['as many levels as allowed', `${'['.repeat(MAX_YAML_DEPTH)}a${']'.repeat(MAX_YAML_DEPTH)}`],
    ['100 aliases', `a: &x 1\nb: [${'*x, '.repeat(100)}]`],
    ['as many documents as allowed', '---\n'.repeat(MAX_DOCUMENTS_PER_FILE)],
    ['documents that are together more than one may be', `a\n${'#\n'.repeat(150_000)}---\n`.repeat(2)],
    ['50,000 keys in one map', lines((n) => `k${n}: 1\n`, 50_000)],
    ['a string as large as a file may be', `a: "${'x\\n'.repeat(MAX_ENTRY_BYTES / 3 - 3)}"`],
    ['a block scalar of as many lines', `a: |\n${'  x\n'.repeat(MAX_ENTRY_BYTES / 4 - 2)}`],
    ['a line of blanks', `a: 1\n${' '.repeat(MAX_ENTRY_BYTES - 10)}`],
  ])('what is large but harmless passes: %s', (_, text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  test('documents before the one that is too complex are returned', () => {
    const { documents, problems } = read(`a: 1\n---\nb: ${'['.repeat(1000)}\n---\nc: 1\n`);
    expect(documents).toEqual([{ file: 'a.yaml', document: 1, value: { a: 1 } }]);
    expect(problems).toMatchObject([{ code: 'YamlTooComplex', document: 2 }]);
  });

  test('the files of a bundle share a budget', () => {
    const budget = { ...yamlBudget(), tokens: 100 };
    const results = [1, 2, 3].map((n) => readYamlDocuments(`${n}.yaml`, Buffer.from('a: 1\n'), budget));
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
    const { problems } = readYamlDocuments('4.yaml', Buffer.from('- a\n'.repeat(50)), budget);
    expect(problems).toMatchObject([{ file: '4.yaml', code: 'YamlTooComplex' }]);
  });

  test('stack traces of other code are as before', () => {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = 7;
    read('}'.repeat(1000));
    expect(Error.stackTraceLimit).toBe(7);
    Error.stackTraceLimit = before;
  });
});
