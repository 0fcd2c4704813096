import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MAX_ENTRIES, MAX_ENTRY_BYTES } from '../../../core/bundle/limits.ts';
import { type RawZipEntry, rawZip } from '../../support/archives.ts';
import { problemsOf, refusal, textsOf } from './rejected.ts';

const FINE: RawZipEntry = { name: 'fine.yaml', content: 'a: 1\n' };

const FOREIGN: RawZipEntry = {
  name: 'fine.yaml',
  content: deflateRawSync('a: 1\n'),
  method: 9,
  size: 5,
  crc: crc32('a: 1\n'),
};

describe('entries that are read', () => {
  test.each<[string, RawZipEntry]>([
    ['deflated', FINE],
    ['stored', { ...FINE, method: 0 }],
    ['made on Windows', { ...FINE, mode: 0 }],
    ['without type bits in its mode', { ...FINE, mode: 0o644 }],
    ['with a code page 437 name', { ...FINE, flags: 0 }],
    ['with ./ and doubled slashes', { ...FINE, name: './/fine.yaml' }],
  ])('%s', async (_, entry) => {
    expect(await textsOf('b.zip', rawZip(entry))).toEqual({ 'fine.yaml': 'a: 1\n' });
  });

  test('an empty file, deflated and stored', async () => {
    const bytes = rawZip({ name: 'a', content: '' }, { name: 'b', content: '', method: 0 });
    expect(await textsOf('b.zip', bytes)).toEqual({ a: '', b: '' });
  });

  test('an archive comment of any text', async () => {
    const bytes = Buffer.concat([rawZip(FINE), Buffer.from('note')]);
    bytes.writeUInt16LE(4, bytes.length - 6);
    expect(await textsOf('b.zip', bytes)).toEqual({ 'fine.yaml': 'a: 1\n' });
  });
});

describe('an entry that is compressed by a method that is not read', () => {
  test.each([
    [9, 'Deflate64'],
    [12, 'bzip2'],
    [14, 'LZMA'],
    [93, 'Zstandard'],
    [95, 'XZ'],
    [77, 'the method 77'],
  ])('%d is called %s, and not damaged', async (method, name) => {
    expect(await problemsOf('b.zip', rawZip(FINE, { ...FOREIGN, name: 'b.yaml', method }))).toEqual([
      {
        code: 'ArchiveEntryForbidden',
        file: 'b.yaml',
        message: `The entry is compressed with ${name}, which is not read here.`,
        remedy: expect.stringContaining('zip does without -Z'),
      },
    ]);
  });
});

describe('entries that are not plain files', () => {
  const modes = {
    'symbolic link': 0o120777,
    device: 0o020666,
    'block device': 0o060666,
    pipe: 0o010644,
    socket: 0o140644,
    unknown: 0o150644,
  };
  test.each(Object.entries(modes))('%s', async (_, mode) => {
    const bytes = rawZip({ name: 'e', content: '/etc/passwd', mode }, FINE);
    expect(await refusal('b.zip', bytes)).toEqual(['ArchiveEntryForbidden e']);
  });

  test('a symbolic link with the name of a directory', async () => {
    expect(await refusal('b.zip', rawZip({ name: 'e/', mode: 0o120777 }, FINE))).toEqual([
      'ArchiveEntryForbidden e/',
    ]);
  });

  test.each<[RawZipEntry, string]>([
    [{ name: 'd', mode: 0o040755 }, 'ArchiveEntryForbidden d'],
    [{ name: 'd/', mode: 0o040755, content: 'x' }, 'ArchiveEntryForbidden d/'],
    [{ name: 'd/', content: 'x' }, 'ArchivePathForbidden d/'],
  ])('a directory that is half a file: %j', async (entry, expected) => {
    expect(await refusal('b.zip', rawZip(entry, FINE))).toEqual([expected]);
  });

  test('encrypted entries', async () => {
    expect(await refusal('b.zip', rawZip(FINE, { ...FINE, name: 'e', flags: 0x801, method: 8 }))).toEqual([
      'ArchiveEncrypted e',
    ]);
    expect(await refusal('b.zip', rawZip({ ...FINE, flags: 0x841 }))).toEqual(['ArchiveEncrypted']);
  });
});

describe('paths that could leave a directory', () => {
  test.each(['/etc/x', '../x', 'a/../../x', 'a/..', 'C:\\x', 'C:x', '..\\x', 'a\\b', '\\\\host\\share'])(
    '%s',
    async (name) => {
      expect(await refusal('b.zip', rawZip({ name, content: 'x' }, FINE))).toEqual([
        `ArchivePathForbidden ${name}`,
      ]);
    },
  );

  test.each([0, 0x800])('control characters, whatever the encoding (flags %i)', async (flags) => {
    for (const name of ['a\0b', 'a\nb', 'a\u007fb']) {
      const [problem] = await refusal('b.zip', rawZip({ name, flags, content: 'x' }));
      expect(problem).toMatch(/^ArchivePathForbidden a\\u\{(0|a|7f)\}b$/);
    }
  });

  test('the same path twice', async () => {
    const bytes = rawZip(FINE, { ...FINE, name: './fine.yaml', content: 'b' });
    expect(await refusal('b.zip', bytes)).toEqual(['ArchiveEntryDuplicate fine.yaml']);
  });

  test('several problems at once', async () => {
    const bytes = rawZip(
      { name: '../a' },
      { name: 'l', mode: 0o120777 },
      { name: 'x.tgz' },
      { ...FINE, crc: 1 },
    );
    expect(await refusal('b.zip', bytes)).toEqual([
      'ArchivePathForbidden ../a',
      'ArchiveEntryForbidden l',
      'ArchiveNested x.tgz',
      'ArchiveCorrupt fine.yaml',
    ]);
  });
});

describe('limits', () => {
  test('more entries than allowed', async () => {
    const files = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `f${n}`, method: 0 }));
    expect(Object.keys(await textsOf('b.zip', rawZip(...files(MAX_ENTRIES))))).toHaveLength(MAX_ENTRIES);
    expect(await refusal('b.zip', rawZip(...files(10_000)))).toEqual(['ArchiveTooManyEntries']);
  });

  test('an entry that is too large is not inflated', async () => {
    const content = Buffer.alloc(MAX_ENTRY_BYTES + 1, 0x61);
    expect(await refusal('b.zip', rawZip({ name: 'a', content }, FINE))).toEqual(['ArchiveEntryTooLarge a']);
    expect(await refusal('b.zip', rawZip({ ...FINE, size: 0xfffffff0 }))).toEqual([
      'ArchiveEntryTooLarge fine.yaml',
    ]);
  });

  test('many entries that together expand too much', async () => {
    const content = Buffer.alloc(MAX_ENTRY_BYTES, 0x61);
    const bytes = rawZip(...Array.from({ length: 17 }, (_, n) => ({ name: `f${n}`, content })));
    expect(await refusal('b.zip', bytes)).toEqual(['ArchiveExpandsTooMuch']);
  });
});

describe('lies', () => {
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  test.each<[string, RawZipEntry[], string]>([
    ['a bomb that states a small size', [{ name: 'a', content: zeros, size: 100 }], 'ArchiveCorrupt a'],
    ['a size that is too large', [{ ...FINE, size: 6 }], 'ArchiveCorrupt fine.yaml'],
    ['a size of 0', [{ ...FINE, size: 0 }], 'ArchiveCorrupt fine.yaml'],
    ['a stored entry whose two sizes differ', [{ ...FINE, method: 0, size: 4 }], 'ArchiveCorrupt'],
    ['a wrong checksum', [{ ...FINE, crc: 1 }], 'ArchiveCorrupt fine.yaml'],
    ['a compressed size beyond the end', [{ ...FINE, compressedSize: 1_000_000 }], 'ArchiveCorrupt'],
    ['a compressed size that is too small', [{ ...FINE, compressedSize: 2 }], 'ArchiveCorrupt fine.yaml'],
    ['a method that is not known, of data that would inflate', [FOREIGN], 'ArchiveEntryForbidden fine.yaml'],
    ['a method of other data', [{ ...FINE, method: 12 }], 'ArchiveEntryForbidden fine.yaml'],
    ['another name in the local header', [{ ...FINE, localName: '../x.yaml' }], 'ArchiveCorrupt'],
    ['two entries of the same bytes', [FINE, { ...FINE, sameBytesAs: 0 }], 'ArchiveCorrupt'],
  ])('%s', async (_, entries, expected) => {
    const [first] = await refusal('b.zip', rawZip(...entries));
    expect(first).toBe(expected);
  });

  test('entries that overlap in part: one that holds the local header of the next', async () => {
    const next = rawZip({ name: 'b', content: 'x' });
    const quoted = next.subarray(0, next.indexOf('PK\x01\x02', 0, 'latin1'));
    const content = Buffer.concat([Buffer.from('text'), quoted]);
    const whole = rawZip({ name: 'a', content, method: 0 }, { name: 'b', content: 'x' });
    const second = whole.lastIndexOf('PK\x01\x02', undefined, 'latin1');
    whole.writeUInt32LE(31 + 4, second + 42); // in the data of `a`, after its local header and the text
    expect(await refusal('b.zip', whole)).toEqual(['ArchiveCorrupt']);
  });
});

describe('damage', () => {
  const whole = rawZip(FINE, { name: 'b.yaml', content: 'b: 1\n'.repeat(50) });
  const points = [4, 30, 60, Math.floor(whole.length / 2), whole.length - 22, whole.length - 1];
  test.each(points)('cut off after %i bytes', async (length) => {
    expect(await refusal('b.zip', whole.subarray(0, length))).toEqual(['ArchiveCorrupt']);
  });

  test('bytes after the end', async () => {
    expect(await refusal('b.zip', Buffer.concat([whole, Buffer.from('x')]))).toEqual(['ArchiveCorrupt']);
  });

  test.each([
    [16, 'the start of the directory'],
    [4, 'the number of disks'],
  ])('a wrong field at %i of the end record: %s', async (offset) => {
    const wrong = Buffer.from(whole);
    wrong.writeUInt16LE(7, wrong.length - 22 + offset);
    expect(await refusal('b.zip', wrong)).toEqual(['ArchiveCorrupt']);
  });
});
