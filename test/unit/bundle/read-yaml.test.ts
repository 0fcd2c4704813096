import { describe, expect, test } from 'vitest';
import { MAX_DOCUMENTS_PER_FILE, MAX_ENTRY_BYTES, MAX_YAML_DEPTH } from '../../../core/bundle/limits.ts';
import { readYamlDocuments } from '../../../core/bundle/read-yaml.ts';
import { yamlBudget } from '../../../core/bundle/yaml-value.ts';

const read = (text: string | Uint8Array) => readYamlDocuments('a.yaml', Buffer.from(text));

/** The values of a file without problems. */
function valuesOf(text: string | Uint8Array): unknown[] {
  const { documents, problems } = read(text);
  expect(problems).toEqual([]);
  return documents.map(({ value }) => value);
}

/** The problems of a file, short: code, document and message. */
function faultsOf(text: string | Uint8Array): string[] {
  return read(text).problems.map(({ code, document, message }) => `${code} ${document ?? '-'} ${message}`);
}

const REQUEST = `---
apiVersion: cloudcredential.openshift.io/v1
kind: CredentialsRequest
metadata:
  name: example
  annotations: {include.release.openshift.io/self-managed-high-availability: "true"}
spec:
  providerSpec:
    kind: AWSProviderSpec
    statementEntries:
    - effect: Allow # comment
      action: [ec2:CreateTags, 'ec2:DeleteTags']
      resource: "*"
`;

describe('documents', () => {
  test('a manifest is plain data', () => {
    expect(valuesOf(REQUEST)).toEqual([
      {
        apiVersion: 'cloudcredential.openshift.io/v1',
        kind: 'CredentialsRequest',
        metadata: {
          name: 'example',
          annotations: { 'include.release.openshift.io/self-managed-high-availability': 'true' },
        },
        spec: {
          providerSpec: {
            kind: 'AWSProviderSpec',
            statementEntries: [
              { effect: 'Allow', action: ['ec2:CreateTags', 'ec2:DeleteTags'], resource: '*' },
            ],
          },
        },
      },
    ]);
  });

  test('each has its file and its position, empty ones included', () => {
    expect(read('a: 1\n---\n# nothing\n---\nb: 2\n').documents).toEqual([
      { file: 'a.yaml', document: 1, value: { a: 1 } },
      { file: 'a.yaml', document: 2, value: null },
      { file: 'a.yaml', document: 3, value: { b: 2 } },
    ]);
  });

  test.each<[string, string | Uint8Array, unknown[]]>([
    ['an empty file', '', []],
    ['only comments', '# a\n\n# b\n', []],
    ['a marker and nothing else', '---\n', [null]],
    ['a byte order mark', '\ufeffa: 1\n', [{ a: 1 }]],
    ['CRLF line ends', 'a: 1\r\nb:\r\n- |\r\n  x\r\n  y\r\n', [{ a: 1, b: ['x\ny\n'] }]],
    ['JSON', '{"a": [1, true, null, "x\\u00e9"]}', [{ a: [1, true, null, 'xé'] }]],
    ['an end marker', 'a: 1\n...\n---\nb: 1\n', [{ a: 1 }, { b: 1 }]],
    ['a version line', '%YAML 1.1\n---\na: yes\n', [{ a: 'yes' }]],
    [
      'words that YAML 1.1 takes for booleans',
      'a: [yes, no, on, off, y, n]',
      [{ a: ['yes', 'no', 'on', 'off', 'y', 'n'] }],
    ],
    [
      'true, false, null and numbers',
      'a: [true, False, ~, null, 1, -2.5, 1e3]',
      [{ a: [true, false, null, null, 1, -2.5, 1000] }],
    ],
    [
      'dates and sexagesimals, which stay strings',
      'a: 2012-10-17\nb: 12:30:45',
      [{ a: '2012-10-17', b: '12:30:45' }],
    ],
    ['keys that are not strings', '1: a\ntrue: b\n2.50: c\n', [{ '1': 'a', true: 'b', '2.5': 'c' }]],
    [
      'tags of the core schema',
      'a: !!str 1\nb: !!int "2"\nc: !!map {}\nd: !!seq []\ne: ! 3',
      [{ a: '1', b: 2, c: {}, d: [], e: '3' }],
    ],
    ['a pair in a flow sequence', '[a: 1, b]', [[{ a: 1 }, 'b']]],
  ])('%s', (_, text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  test.each<[string, string, unknown]>([
    ['an alias', 'a: &x [1, {b: 2}]\nc: *x\n', { a: [1, { b: 2 }], c: [1, { b: 2 }] }],
    ['an alias of a scalar as key', 'a: &x k\n*x : 1\n', { a: 'k', k: 1 }],
    ['an anchor that is set anew', 'a: &x 1\nb: *x\nc: &x 2\nd: *x\n', { a: 1, b: 1, c: 2, d: 2 }],
    [
      'an alias inside what another alias copies',
      'a: &y 1\nb: &x [*y]\nc: &y 2\nd: *x\n',
      { a: 1, b: [1], c: 2, d: [1] },
    ],
    [
      'an anchor inside what an alias copies',
      'a: &x [&y 1]\nb: &y 2\nc: *x\nd: *y\n',
      { a: [1], b: 2, c: [1], d: 2 },
    ],
    ['a merge', 'a: &x {p: 1, q: 2}\nb: {q: 3, <<: *x}\n', { a: { p: 1, q: 2 }, b: { p: 1, q: 3 } }],
    [
      'a merge before the key it yields to',
      'a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\n',
      { a: { p: 1, q: 2 }, b: { p: 1, q: 3 } },
    ],
    ['a merge of several maps', 'a: {<<: [{p: 1}, {p: 2, q: 2}]}\n', { a: { p: 1, q: 2 } }],
    [
      'a merge of an aliased list',
      'a: &l [{p: 1}, {q: 2}]\nb: {<<: *l}\n',
      { a: [{ p: 1 }, { q: 2 }], b: { p: 1, q: 2 } },
    ],
    ['a merge in what is merged', 'a: &x {<<: {p: 1}}\nb: {<<: *x}\n', { a: { p: 1 }, b: { p: 1 } }],
    ['a quoted key that looks like a merge', '"<<": {p: 1}\n', { '<<': { p: 1 } }],
  ])('%s', (_, text, value) => {
    expect(valuesOf(text)).toEqual([value]);
  });

  test('copies that aliases make are not shared', () => {
    const [value] = valuesOf('a: &x {p: 1}\nb: *x\n') as [{ a: object; b: object }];
    expect(value.a).not.toBe(value.b);
  });

  test('names of object methods are keys like any other', () => {
    const [value] = valuesOf('constructor: 1\ntoString: 2\nhasOwnProperty: 3\n');
    expect(Object.entries(value as object)).toEqual([
      ['constructor', 1],
      ['toString', 2],
      ['hasOwnProperty', 3],
    ]);
  });

  test('1,000 manifests in one file', () => {
    const { documents, problems } = read(REQUEST.repeat(1000));
    expect(problems).toEqual([]);
    expect(documents).toHaveLength(1000);
    expect(documents.at(-1)).toMatchObject({ document: 1000, value: { kind: 'CredentialsRequest' } });
  });

  test('1,000 manifests as the items of one list', () => {
    const item = REQUEST.slice(4).replaceAll(/^/gm, '  ').trim();
    const [value] = valuesOf(`kind: List\nitems:\n${`- ${item}\n`.repeat(1000)}`);
    expect(value).toHaveProperty('items.999.kind', 'CredentialsRequest');
  });
});

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
      ['YamlMalformed - The file is not UTF-8 text, or has control characters.'],
    ],
    [
      'Latin-1',
      Buffer.from('a: é\n', 'latin1'),
      ['YamlMalformed - The file is not UTF-8 text, or has control characters.'],
    ],
    ['a NUL', 'a: \0\n', ['YamlMalformed - The file is not UTF-8 text, or has control characters.']],
    [
      'marks of the lexer',
      '\u0002\u0018\u001f',
      ['YamlMalformed - The file is not UTF-8 text, or has control characters.'],
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

describe('secrets', () => {
  const secret = 'c2VjcmV0LXB1bGwtc2VjcmV0';
  test.each([
    `pullSecret: '{"auths":{"x":{"auth":"${secret}"}}}\n`,
    `pullSecret: "${secret}\n`,
    `pullSecret: "\\${secret}"\n`,
    `a: b: ${secret}\n`,
    `${secret}: 1\n${secret}: 2\n`,
    `a: *${secret}\n`,
    `a: !${secret} x\n`,
    `a: !<${secret}> x\n`,
    `%${secret}\n---\na: [\n`,
    `%YAML ${secret}\n---\na: [\n`,
    `%TAG ${secret}\n---\na: 1\n`,
    `a: &x &${secret} 1\n`,
    `a: [1] ${secret}\n`,
    `a: |${secret}\n x\n`,
    `a: 1\n${secret}\n`,
    `...\n}${secret}\n`,
    `}${secret}\n`,
    `\t${secret}: 1\n`,
    `a: \`${secret}\n`,
    `a: @${secret}\n`,
    `a: ${secret}\0\n`,
    `a: {b: ${secret}, <<: ${secret}}\n`,
    `? [${secret}]\n: x\n`,
    Buffer.concat([Buffer.from(`a: ${secret}`), Buffer.from([0xff])]),
  ])('of a malformed file are in no problem: %j', (text) => {
    const { problems } = read(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('c2Vj');
  });
});

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
