import { describe, expect, test } from 'vitest';
import { MAX_YAML_PLACES } from '../../../core/bundle/limits.ts';
import { readJsonDocuments } from '../../../core/bundle/read-yaml.ts';
import { read } from './read-text.ts';

/** Places and spellings, of all documents of a text. */
function rewritten(text: string): Record<string, string>[] {
  return read(text).documents.map((document) => document.rewritten ?? {});
}

describe('what is another text to Kubernetes than is written', () => {
  test.each<[string, string, Record<string, string>]>([
    ['nothing of the usual', 'a: 1\nb: -2.5\nc: true\nd: null\ne: x\nf: "yes"\ng: 2024-01-01\nh: 1:30\n', {}],
    ['words for booleans', 'a: yes\nb: Off\nc: True\nd: yEs\n', { a: 'yes', b: 'Off', c: 'True' }],
    [
      'numbers',
      'a: 4.20\nb: 0o17\nc: 0b11\nd: 1_000\ne: 0123\nf: 1e3\ng: -0x1f\n',
      { a: '4.20', b: '0o17', c: '0b11', d: '1_000', e: '0123', f: '1e3', g: '-0x1f' },
    ],
    ['what is said to be text', 'a: !!str yes\nb: !!str 4.20\n', {}],
    ['parts of lists and maps', 'a:\n- x\n- b.c: [1, yes]\n', { 'a[1].b.c[1]': 'yes' }],
    ['a list', '[[yes]]', { '[0][0]': 'yes' }],
    ['a key', 'a: {on: x, b: 1}\n', { 'a.on': 'on' }],
    ['aliases', 'a: &x [no]\nb: *x\n', { 'a[0]': 'no', 'b[0]': 'no' }],
    [
      'what is merged',
      'a: &x {p: no, q: {r: no}}\nb: {<<: *x, s: 1}\n',
      {
        'a.p': 'no',
        'a.q.r': 'no',
        'b.p': 'no',
        'b.q.r': 'no',
      },
    ],
    ['what is merged and hidden', 'a: {<<: {p: no, q: {r: no}, s: no}, p: x, q: z}\n', { 'a.s': 'no' }],
    ['what hides what is merged', 'a: {p: off, <<: {p: no}}\n', { 'a.p': 'off' }],
  ])('%s', (_, text, expected) => {
    expect(rewritten(text)).toEqual([expected]);
  });

  test('is told of each document', () => {
    expect(rewritten('a: yes\n---\nb: 1\n---\na: no\n')).toEqual([{ a: 'yes' }, {}, { a: 'no' }]);
    const json = Buffer.from('{"kind": "FeatureGate"}\n{"a": [1.0], "b": "yes"}');
    expect(readJsonDocuments('a.json', json).documents).toEqual([
      { file: 'a.json', document: 1, value: { kind: 'FeatureGate' } },
      { file: 'a.json', document: 2, value: { a: [1], b: 'yes' }, rewritten: { 'a[0]': '1.0' } },
    ]);
  });

  test('is no way to have long places made again and again', () => {
    const places = MAX_YAML_PLACES / 100_000;
    const ofLength = (count: number) =>
      read(`a:\n  ? ${'k'.repeat(99_990)}\n  : [${'no, '.repeat(count)}]\n`).problems;
    expect(ofLength(places - 1)).toEqual([]);
    expect(ofLength(places + 1)).toMatchObject([{ code: 'YamlTooComplex' }]);
  });
});
