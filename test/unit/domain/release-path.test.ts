import { describe, expect, it } from 'vitest';
import { parseRelease, releaseName } from '../../../core/domain/release.ts';
import { minorName, waysBetween } from '../../../core/domain/release-path.ts';

const minor = (text: string) => {
  const release = parseRelease(text);
  if (release === undefined) throw new RangeError(text);
  return release;
};

describe('the ways from one minor version to another', () => {
  it.each<[string, string, string[]]>([
    ['4.13', '4.14', ['']],
    ['4.13', '4.16', ['4.14 4.15']],
    ['4.21', '4.23', ['4.22']],
    ['4.22', '5.0', ['']],
    ['4.20', '5.0', ['4.21 4.22']],
    ['4.22', '5.1', ['5.0', '4.23']],
    ['4.23', '5.1', ['']],
    ['4.22', '5.2', ['5.0 5.1', '4.23 5.1']],
    ['4.23', '5.0', []],
    ['4.22', '4.24', []],
    ['4.20', '4.19', []],
    ['5.4', '6.0', []],
    ['4.22', '999999.0', []],
  ])('%s to %s', (from, to, ways) => {
    expect(waysBetween(minor(from), minor(to)).map((way) => way.map(minorName).join(' '))).toEqual(ways);
  });
});

it.each([
  ['v4.21.0', '4.21.0'],
  ['4.21.0-x86_64', '4.21.0'],
  ['4.21.0-multi', '4.21.0'],
  ['v4.21.0-rc.3-ppc64le', '4.21.0-rc.3'],
  ['4.21', '4.21'],
  ['4.12-asof-2023-01-17', '4.12-asof-2023-01-17'],
  ['4.022.0', undefined],
  ['4.21.0-x86_65', undefined],
  ['next', undefined],
])('a release written %s is %s', (text, name) => {
  expect(releaseName(text)).toBe(name);
});
