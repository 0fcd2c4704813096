import { describe, expect, test } from 'vitest';
import { hasBadExtension, isTarHeader } from '../../../core/bundle/tar-header.ts';
import { gnuLongName, paxHeader, rawTar } from '../../support/archives.ts';

describe('extended headers that tar-stream must not see', () => {
  test.each<[string, string | Uint8Array]>([
    ['negative', Buffer.alloc(12, 0xff).fill(0, 11)],
    ['in binary', Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9])],
    ['no number', 'nine'],
    ['a negative number', '-1'],
    ['too large', '00000200001\0'],
  ])('of a size that is %s', (_, size) => {
    for (const type of 'xgLNK')
      expect(hasBadExtension(rawTar({ name: 'a' }, { name: 'x', type, size }))).toBe(true);
  });

  test('all others pass, and so does what is only the content of a file', () => {
    const text = 'x'.repeat(512);
    expect(hasBadExtension(rawTar(paxHeader({ a: 'b' }), paxHeader({ a: 'b' }, 'g'), gnuLongName('x')))).toBe(
      false,
    );
    expect(hasBadExtension(rawTar({ name: 'a', content: text, size: '00000001000\0' }))).toBe(false);
  });
});

test('a text is no tar archive, whatever its length', () => {
  for (const length of [0, 511, 512, 513, 5000]) expect(isTarHeader(Buffer.alloc(length, 0x61))).toBe(false);
  expect(isTarHeader(Buffer.alloc(1024))).toBe(false);
  expect(isTarHeader(rawTar({ name: 'a', magic: '' }))).toBe(true);
});
