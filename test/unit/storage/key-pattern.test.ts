import { describe, expect, it } from 'vitest';
import { folderPattern, keyPattern } from '../../../core/storage/key-pattern.ts';

const record = keyPattern('clusters/{cluster}/runs/{run}/undo/{step}.json');
const file = keyPattern('clusters/{cluster}/install/{path+}');

describe('a pattern of keys', () => {
  it('gives the key of one object', () => {
    expect(record.of({ cluster: 'demo', run: 'run-1', step: 'undo-roles' })).toBe(
      'clusters/demo/runs/run-1/undo/undo-roles.json',
    );
    expect(file.of({ cluster: 'demo', path: 'tls/a.key' })).toBe('clusters/demo/install/tls/a.key');
    expect(keyPattern('audits/latest/report.md').of()).toBe('audits/latest/report.md');
  });

  it('takes what fills it as it is, though it looks like a placeholder', () => {
    expect(keyPattern('{a}/{b}').of({ a: '{b}', b: '$&' })).toBe('{b}/$&');
  });

  it.each([
    ['clusters/demo/runs/run-1/undo/undo-roles.json', { cluster: 'demo', run: 'run-1', step: 'undo-roles' }],
    ['clusters/a/b/runs/run-1/undo/undo-roles.json', undefined],
    ['clusters//runs/run-1/undo/undo-roles.json', undefined],
    ['clusters/demo/runs/run-1/undo/undo-roles-json', undefined],
    ['x/clusters/demo/runs/run-1/undo/undo-roles.json', undefined],
    ['clusters/demo/runs/run-1/undo/undo-roles.json/x', undefined],
  ])('reads the key %s', (key, filling) => {
    expect(record.parse(key)).toEqual(filling);
  });

  it('has one placeholder that takes several segments, when it says so', () => {
    expect(file.parse('clusters/demo/install/tls/a.key')).toEqual({ cluster: 'demo', path: 'tls/a.key' });
    expect(file.parse('clusters/demo/install/')).toBeUndefined();
  });

  it('names all of its objects to a policy', () => {
    expect(record.grant).toBe('clusters/*/runs/*/undo/*.json');
    expect(file.grant).toBe('clusters/*/install/*');
  });
});

it('a pattern of folders names all that is below them to a policy', () => {
  const runs = folderPattern('clusters/{cluster}/runs/');
  expect(runs.of({ cluster: 'demo' })).toBe('clusters/demo/runs/');
  expect(runs.grant).toBe('clusters/*/runs/*');
});
