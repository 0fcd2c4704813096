import { describe, expect, test } from 'vitest';
import { readYamlDocuments } from '../../../core/bundle/read-yaml.ts';
import { faultsOf, read } from './read-text.ts';

describe('malformed files', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    [
      'an open quote',
      'a: "b\n',
      ['YamlMalformed 1 Line 2, column 1: a quote, bracket, comma or colon is missing (MISSING_CHAR).'],
    ],
    [
      'a wrong indentation',
      'a:\n    b: 1\n  c: 2\n',
      ['YamlMalformed 1 Line 3, column 1: the indentation does not fit (BAD_INDENT).'],
    ],
    [
      'an asterisk without quotes',
      'a: *\n',
      ['YamlMalformed 1 Line 1, column 4: a * or & that is not in quotes names no anchor (BAD_ALIAS).'],
    ],
    [
      'a tab',
      'a:\n\tb: 1\n',
      ['YamlMalformed 1 Line 2, column 1: a tab is used for indentation (TAB_AS_INDENT).'],
    ],
    [
      'a bad escape',
      'a: "\\q"\n',
      ['YamlMalformed 1 Line 1, column 5: it is not well-formed YAML (BAD_DQ_ESCAPE).'],
    ],
    [
      'a key twice',
      'a: 1\nb: 2\na: 3\n',
      ['YamlMalformed 1 Line 3, column 1: a map has the same key twice.'],
    ],
    [
      'a key twice in other words',
      '1: a\n"1": b\n',
      ['YamlMalformed 1 Line 2, column 1: a map has the same key twice.'],
    ],
    [
      'a key twice in a flow map',
      '{a: 1, a: 2}',
      ['YamlMalformed 1 Line 1, column 8: a map has the same key twice.'],
    ],
    [
      'two merges',
      'a: {<<: {p: 1}, <<: {q: 1}}',
      ['YamlMalformed 1 Line 1, column 17: a map has two merge keys.'],
    ],
    [
      'a merge of a scalar',
      'a: {<<: 1}',
      ['YamlMalformed 1 Line 1, column 9: a merge key has something else than maps.'],
    ],
    [
      'a merge of nothing',
      '<<:\n',
      ['YamlMalformed 1 Line 1, column 4: a merge key has something else than maps.'],
    ],
    [
      'a merge of nested lists',
      'a: {<<: [[{p: 1}]]}',
      ['YamlMalformed 1 Line 1, column 10: a merge key has something else than maps.'],
    ],
    ['an empty key', ': 1\n', ['YamlMalformed 1 Line 1, column 1: a key is empty or not a scalar.']],
    ['a sequence as key', '[a]: 1\n', ['YamlMalformed 1 Line 1, column 1: a key is not a scalar.']],
    [
      'an aliased map as key',
      'a: &x {}\n*x : 1\n',
      ['YamlMalformed 1 Line 2, column 1: a key is empty or not a scalar.'],
    ],
    [
      'an unknown alias',
      'a: *x\n',
      ['YamlMalformed 1 Line 1, column 4: an alias refers to no anchor before it.'],
    ],
    [
      'an alias of what it is in',
      'a: &x [*x]\n',
      ['YamlMalformed 1 Line 1, column 8: an alias refers to no anchor before it.'],
    ],
    [
      'an anchor of another document',
      'a: &x 1\n---\nb: *x\n',
      ['YamlMalformed 2 Line 3, column 4: an alias refers to no anchor before it.'],
    ],
    [
      'an empty version line',
      '%YAML\n---\na: 1\n',
      ['YamlMalformed 1 Line 1, column 1: it is not well-formed YAML (BAD_DIRECTIVE).'],
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffa: 1\n', 'utf16le'),
      ['YamlMalformed - The file is UTF-16, not UTF-8 text.'],
    ],
    [
      'Latin-1',
      Buffer.from('# x\na: é\n', 'latin1'),
      [
        'YamlMalformed - The file is not UTF-8 text, or has control characters: line 2 has bytes that are not UTF-8.',
      ],
    ],
    [
      'a NUL',
      'a: ü\n\nb: \0\n',
      [
        'YamlMalformed - The file is not UTF-8 text, or has control characters: line 3 has a control character.',
      ],
    ],
    [
      'marks of the lexer',
      '\u0002\u0018\u001f',
      [
        'YamlMalformed - The file is not UTF-8 text, or has control characters: line 1 has a control character.',
      ],
    ],
  ])('%s', (_, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  test.each([
    '!!js/function "x"',
    '!!binary aGk=',
    '!foo bar',
    '!foo [a]',
    '!foo {a: 1}',
    '!!set {a}',
    '!!omap []',
    '!!timestamp 2020-01-01',
    '!<tag:x,1:y> z',
    '!!int foo',
    '!!map x',
    '!!seq {}',
  ])('the tag of %s', (text) => {
    for (const file of [`a: ${text}\n`, `%YAML 1.1\n---\na: ${text}\n`]) {
      expect(faultsOf(file)[0]).toMatch(/^YamlMalformed 1 .*a tag is not allowed/);
    }
  });

  test('a tag that a line in the file redefines', () => {
    expect(faultsOf('%TAG !! tag:evil,2000:\n---\na: !!str x\n')[0]).toMatch(/^YamlMalformed 1 .*a tag/);
  });

  test.each([
    '__proto__: {admin: true}',
    '"__proto__": 1',
    'a: {__proto__: {admin: true}}',
    '<<: {__proto__: {admin: true}}',
    '- &x __proto__\n- {*x : {admin: true}}',
  ])('a key %j is refused and pollutes nothing', (text) => {
    expect(faultsOf(text)[0]).toMatch(/^YamlMalformed 1 .*a key has a forbidden name/);
    expect({}).not.toHaveProperty('admin');
  });

  test('the first problem of each bad document is reported, and the good documents are returned', () => {
    const { documents, problems } = read('a: 1\n---\nb: [1\n---\nc: {x: 1, x: 2, x: 3}\n---\nd: 1\n');
    expect(documents.map(({ document, value }) => [document, value])).toEqual([
      [1, { a: 1 }],
      [4, { d: 1 }],
    ]);
    expect(problems).toMatchObject([
      { file: 'a.yaml', document: 2, code: 'YamlMalformed', remedy: expect.any(String) },
      { file: 'a.yaml', document: 3, code: 'YamlMalformed' },
    ]);
  });

  test('no more than 100 problems', () => {
    expect(faultsOf('kind: [CredentialsRequest\n---\n'.repeat(500))).toHaveLength(100);
  });

  test('however many broken documents are of no interest, what comes after them is read', () => {
    const { documents, problems, idle } = readYamlDocuments(
      'a.yaml',
      Buffer.from(`${'a: [\n---\n'.repeat(500)}kind: CredentialsRequest\n`),
    );
    expect(documents.map(({ document }) => document)).toEqual([501]);
    expect(problems).toHaveLength(500);
    expect(problems.every((problem) => idle.has(problem))).toBe(true);
    expect(problems.filter(({ message }) => message.startsWith('Line '))).toHaveLength(100);
  });
});

describe('what to do about a file that is no YAML', () => {
  test.each([
    [
      'a merge that was not finished',
      'a:\n<<<<<<< HEAD\n  b: 1\n=======\n  b: 2\n>>>>>>> x\n',
      /^Finish the merge/,
    ],
    ['a template of Helm', 'a: {{ .Values.a }}\n', /^It is a template/],
    ['a template of Helm with a condition', '{{- if .Values.a }}\na: 1\n{{- end }}\n', /^It is a template/],
    ['a file out of a page', '```yaml\na: 1\n```\n', /lines that begin with ```/],
    ['tabs for indentation', 'a:\n- b: 1\n\tc: [\n', /begin with a tab/],
    ['no-break spaces', 'a:\n  b: 1\n\u00a0 c: [\n', /no-break spaces/],
    ['files without a line break between', 'a: "*"---\nb: 1\n', /^Put a line break before/],
    ['a key in the text', 'a: [\n# -----END-----\n', /^Correct the file at this place\.$/],
    ['something else', 'a: [\n# {{ x }}\n#\ty\n', /^Correct the file at this place\.$/],
    ['the same in another document', 'a: {{ x }}\n---\nb: [\n', /^Correct the file at this place\.$/],
  ])('%s', (_, text, remedy) => {
    expect(read(text).problems.at(-1)?.remedy).toMatch(remedy);
  });
});
