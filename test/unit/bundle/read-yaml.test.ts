import { describe, expect, test } from 'vitest';
import { read } from './read-text.ts';

/** The values of a file without problems. */
function valuesOf(text: string | Uint8Array): unknown[] {
  const { documents, problems } = read(text);
  expect(problems).toEqual([]);
  return documents.map(({ value }) => value);
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
    ['a byte order mark after the mark of a document', 'a: 1\n---\n\ufeffb: 1\n', [{ a: 1 }, { b: 1 }]],
    ['a byte order mark before the mark of a document', 'a: 1\n\ufeff---\nb: 1\n', [{ a: 1 }, { b: 1 }]],
    ['a byte order mark before a comment', 'a: x\n\ufeff# y\n\n---\nb: 1\n', [{ a: 'x' }, { b: 1 }]],
    ['a byte order mark after a comment', 'a: x\n--- \r\n\r\n# y\n\ufeffb: 1\n', [{ a: 'x' }, { b: 1 }]],
    [
      'a byte order mark before a directive',
      'a: x\n...\n\ufeff%YAML 1.2\n---\nb: 1\n',
      [{ a: 'x' }, { b: 1 }],
    ],
    [
      'two byte order marks, each before a document',
      '\ufeff---\na: 1\n\ufeff---\nb: 1\n',
      [{ a: 1 }, { b: 1 }],
    ],
    [
      'a byte order mark that is text',
      'a: |\n  ---\n  \ufeffx\nb: "\ufeffy"\n',
      [{ a: '---\n\ufeffx\n', b: '\ufeffy' }],
    ],
    [
      'line ends of carriage returns',
      'a: 1\rb:\r- x\r---\rc: "y\r\r  z"\r',
      [{ a: 1, b: ['x'] }, { c: 'y\nz' }],
    ],
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
