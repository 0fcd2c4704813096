import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareReleases, parseRelease, type Release, sameRelease } from '../../../core/domain/release.ts';
import { compareMinors } from '../../../core/domain/release-path.ts';

const release = (text: string): Release => {
  const parsed = parseRelease(text);
  if (parsed === undefined) throw new Error(`${text} is not a release`);
  return parsed;
};

describe('parseRelease', () => {
  it.each([
    ['4.14', { major: 4, minor: 14, patch: 0 }],
    ['4.14.0', { major: 4, minor: 14, patch: 0 }],
    ['4.20.13', { major: 4, minor: 20, patch: 13 }],
    ['4.18.0-rc.1', { major: 4, minor: 18, patch: 0, pre: 'rc.1' }],
    ['4.12-asof-2023-01-17', { major: 4, minor: 12, patch: 0, pre: 'asof-2023-01-17' }],
    [
      '4.16.0-0.nightly-2024-05-01-111315',
      { major: 4, minor: 16, patch: 0, pre: '0.nightly-2024-05-01-111315' },
    ],
  ])('reads %s', (text, expected) => {
    expect(parseRelease(text)).toEqual(expected);
  });

  it.each([
    '',
    '4',
    '4.014',
    '04.14',
    'vv4.14',
    '4.',
    '4.14.',
    '4.x',
    '4.14.0.1',
    '4.14-',
    ' 4.14',
    '4.14\n',
    'all-clouds-4.14',
    '4.14+build',
  ])('does not take %j for a release', (text) => {
    expect(parseRelease(text)).toBeUndefined();
  });
});

describe('compareReleases', () => {
  it('orders releases as they came out', () => {
    const order = [
      '4.9.40',
      '4.10',
      '4.12-asof-2022-12-01',
      '4.12-asof-2023-01-17',
      '4.12',
      '4.12.1',
      '4.18.0-2',
      '4.18.0-10',
      '4.18.0-ec.4',
      '4.18.0-rc',
      '4.18.0-rc.1',
      '4.18.0-rc.1.a',
      '4.18.0-rc.2',
      '4.18.0-rc.10',
      '4.18.0',
      '4.18.2',
      '4.18.10',
      '5.0',
    ];
    const sorted = [...order].reverse().sort((a, b) => compareReleases(release(a), release(b)));
    expect(sorted).toEqual(order);
  });

  it('takes a missing patch for the first', () => {
    expect(compareReleases(release('4.14'), release('4.14.0'))).toBe(0);
  });

  const parts = fc.nat({ max: 40 });
  const releases = fc
    .tuple(parts, parts, parts, fc.constantFrom('', '-rc.1', '-rc.2', '-ec.0', '-asof-2023-01-17', '-1'))
    .map(([major, minor, patch, pre]) => release(`${major}.${minor}.${patch}${pre}`));

  it('is an order', () => {
    fc.assert(
      fc.property(releases, releases, releases, (a, b, c) => {
        expect(Math.sign(compareReleases(a, b))).toBe(0 - Math.sign(compareReleases(b, a)));
        expect(compareReleases(a, a)).toBe(0);
        const [first, second, third] = [a, b, c].sort(compareReleases) as [Release, Release, Release];
        expect(compareReleases(first, second)).toBeLessThanOrEqual(0);
        expect(compareReleases(second, third)).toBeLessThanOrEqual(0);
        expect(compareReleases(first, third)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('being of one minor version', () => {
  it.each([
    ['4.13.8', '4.13.40', true],
    ['4.13.8', '4.14.0-rc.1', false],
    ['4.20', '5.20', false],
  ])('%s and %s', (from, to, same) => {
    expect(compareMinors(release(from), release(to)) === 0).toBe(same);
  });
});

describe('sameRelease', () => {
  it.each([
    ['4.14', '4.14.0', true],
    ['4.14.0', '4.14.0-rc.1', false],
    ['4.14.0', '4.14.1', false],
    ['next', 'next', true],
    ['next', '4.14', false],
  ])('%s and %s', (one, other, same) => {
    expect(sameRelease(one, other)).toBe(same);
    expect(sameRelease(other, one)).toBe(same);
  });
});
