import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { expansionLimit, gunzip, inflateRaw } from '../../../core/bundle/inflate.ts';
import { MAX_EXPANDED_BYTES } from '../../../core/bundle/limits.ts';

const MIB = 1024 * 1024;

describe('inflating', () => {
  test.each([
    ['gunzip', gunzip, gzipSync],
    ['inflateRaw', inflateRaw, deflateRawSync],
  ] as const)('%s gives up to the limit and not a byte more', (_, inflate, deflate) => {
    expect(inflate(deflate('12345'), 5)).toEqual(Buffer.from('12345'));
    expect(inflate(deflate('12345'), 4)).toBe('over-limit');
    expect(inflate(deflate(''), 0)).toEqual(Buffer.from(''));
    expect(inflate(deflate('1'), 0)).toBe('over-limit');
  });

  test('stops at the limit: damage after it is never seen', () => {
    const bomb = gzipSync(Buffer.alloc(20 * MIB));
    bomb.fill(0xff, bomb.length - 8);
    expect(gunzip(bomb, 30 * MIB)).toBe('corrupt');
    expect(gunzip(bomb, MIB)).toBe('over-limit');
  });
});

test.each([
  [100, MIB],
  [10_000, 2_000_000],
  [16 * MIB, MAX_EXPANDED_BYTES],
])('an archive of %i bytes may expand to %i', (compressed, expanded) => {
  expect(expansionLimit(compressed)).toBe(expanded);
});
