import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MAX_ENTRIES, MAX_ENTRY_BYTES } from '../../../core/bundle/limits.ts';
import {
  gnuLongName,
  paxHeader,
  type RawTarEntry,
  rawTar,
  rawTarEntry,
  TAR_END,
  tarOf,
  tgzOf,
} from '../../support/archives.ts';
import { problemsOf, refusal, textsOf } from './rejected.ts';

const FINE: RawTarEntry = { name: 'fine.yaml', content: 'a: 1\n' };
const LONG = `${'directory/'.repeat(20)}cr.yaml`;

/** -255 in the binary form that GNU tar has for sizes. */
const NEGATIVE = Buffer.alloc(12, 0xff).fill(0, 11);

describe('formats of tar', () => {
  test.each<[string, RawTarEntry[], string]>([
    ['ustar', [FINE], 'fine.yaml'],
    ['ustar with a prefix', [{ ...FINE, prefix: 'a/b' }], 'a/b/fine.yaml'],
    ['GNU', [{ ...FINE, magic: 'ustar  \0' }], 'fine.yaml'],
    ['v7, without magic', [{ ...FINE, magic: '' }], 'fine.yaml'],
    ['v7, with a NUL as type', [{ ...FINE, magic: '', type: '\0' }], 'fine.yaml'],
    ['a contiguous file', [{ ...FINE, type: '7' }], 'fine.yaml'],
    ['a GNU long name', [gnuLongName(LONG), FINE], LONG],
    ['a PAX path', [paxHeader({ path: LONG }), FINE], LONG],
    ['a PAX path that is not ASCII', [paxHeader({ path: 'ümlaut/ß.yaml' }), FINE], 'ümlaut/ß.yaml'],
    ['a PAX size that is true', [paxHeader({ size: '5' }), FINE], 'fine.yaml'],
    [
      'a global PAX header as git writes it',
      [paxHeader({ comment: 'a'.repeat(40) }, 'g'), FINE],
      'fine.yaml',
    ],
    [
      'PAX headers with extended attributes',
      [paxHeader({ 'SCHILY.xattr.x': 'y'.repeat(9000) }), FINE],
      'fine.yaml',
    ],
    ['a path with ./ and doubled slashes', [{ ...FINE, name: './/a/./fine.yaml' }], 'a/fine.yaml'],
    ['the directory it was packed in', [{ name: './', type: '5' }, FINE], 'fine.yaml'],
  ])('%s', async (_, entries, path) => {
    expect(await textsOf('b.tar', rawTar(...entries))).toEqual({ [path]: 'a: 1\n' });
  });
});

describe('entries that are not plain files', () => {
  const types = { '1': 'hard link', '3': 'character', '4': 'block', '6': 'pipe' };
  test.each(Object.entries(types))('type %s, a %s', async (type) => {
    const bytes = rawTar({ name: 'e', type, linkName: 'fine.yaml' }, FINE);
    expect(await refusal('b.tar', bytes)).toEqual(['ArchiveEntryForbidden e']);
    expect(await refusal('b.tgz', gzipSync(bytes))).toEqual(['ArchiveEntryForbidden e']);
  });

  test.each(['/etc/passwd', '../x.yaml', 'a/../../x.yaml', 'nowhere.yaml', 'e', ''])(
    'a symbolic link to %j, which is not in the archive',
    async (linkName) => {
      const bytes = rawTar({ name: 'e', type: '2', linkName }, FINE);
      expect(await refusal('b.tar', bytes)).toEqual(['ArchiveEntryForbidden e']);
    },
  );

  test('links of a mounted ConfigMap lead to files that are there already', async () => {
    const bytes = rawTar(
      { name: './..data', type: '2', linkName: '..2026_11_27' },
      { name: './..2026_11_27', type: '5' },
      { name: './..2026_11_27/a.yaml', content: 'a: 1\n' },
      { name: './a.yaml', type: '2', linkName: '..data/a.yaml' },
    );
    expect(await textsOf('b.tar', bytes)).toEqual({ '..2026_11_27/a.yaml': 'a: 1\n' });
  });

  test('a link that gives a file another name is that file', async () => {
    const bytes = rawTar({ name: 'cluster.yaml', type: '2', linkName: './fine.yaml' }, FINE);
    expect(Object.keys(await textsOf('b.tar', bytes))).toEqual(['cluster.yaml', 'fine.yaml']);
  });

  test('links that lead around in a circle are refused', async () => {
    const bytes = rawTar({ name: 'a', type: '2', linkName: 'b' }, { name: 'b', type: '2', linkName: 'a' });
    expect(await refusal('b.tar', bytes)).toEqual(['ArchiveEntryForbidden a', 'ArchiveEntryForbidden b']);
  });

  test.each(['S', 'D', 'M', 'V', 'Z', '8'])('type %s, after which nothing is read', async (type) => {
    const bytes = rawTar({ name: 'e', type, content: 'x'.repeat(600) }, { name: '../x' });
    expect(await refusal('b.tar', bytes)).toEqual(['ArchiveEntryForbidden e']);
  });

  test.each([
    ['D', 'a list of an incremental backup', 'Pack without --listed-incremental.'],
    ['S', 'a sparse file', 'Pack without -S (--sparse).'],
    ['V', 'the label of a volume', 'Pack without -V (--label).'],
    ['M', 'the rest of a file of another volume', 'Pack without --multi-volume.'],
    ['1', 'a hard link', expect.stringContaining('--hard-dereference')],
    ['Z', 'of the special type "Z"', expect.stringContaining('Pack plain files only')],
  ])('the type %s of GNU tar is %s, and the remedy is its own', async (type, what, remedy) => {
    expect(await problemsOf('b.tar', rawTar({ name: 'e', type, magic: 'ustar  \0' }))).toMatchObject([
      { code: 'ArchiveEntryForbidden', file: 'e', message: `The entry is ${what}.`, remedy },
    ]);
  });

  test('a sparse file of PAX has the name that it had', async () => {
    const pax = paxHeader({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'd/hole.yaml' });
    const bytes = rawTar(pax, { ...FINE, name: 'd/GNUSparseFile.0/hole.yaml' });
    expect(await problemsOf('b.tar', bytes)).toMatchObject([
      { code: 'ArchiveEntryForbidden', file: 'd/hole.yaml', remedy: 'Pack without -S (--sparse).' },
    ]);
  });

  test('a sparse file in PAX clothes', async () => {
    const bytes = rawTar(paxHeader({ 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '99999999' }), FINE);
    expect(await refusal('b.tar', bytes)).toEqual(['ArchiveEntryForbidden fine.yaml']);
  });
});

describe('paths that could leave a directory', () => {
  const deep = `${'a/'.repeat(40)}x`;
  const long = 'x'.repeat(600);
  test.each<[string, RawTarEntry[], string]>([
    ['absolute', [{ name: '/etc/x.yaml' }], 'ArchivePathForbidden /etc/x.yaml'],
    ['climbing', [{ name: 'a/../../x.yaml' }], 'ArchivePathForbidden a/../../x.yaml'],
    ['climbing within', [{ name: 'a/../x.yaml' }], 'ArchivePathForbidden a/../x.yaml'],
    ['a directory that climbs', [{ name: '../', type: '5' }, FINE], 'ArchivePathForbidden ../'],
    ['a prefix that climbs', [{ name: 'x', prefix: '..' }], 'ArchivePathForbidden ../x'],
    ['a drive letter', [{ name: 'C:x.yaml' }], 'ArchivePathForbidden C:x.yaml'],
    ['a backslash', [{ name: '..\\x.yaml' }], 'ArchivePathForbidden ..\\x.yaml'],
    ['a line feed', [{ name: 'a\nb.yaml' }], 'ArchivePathForbidden a\\u{a}b.yaml'],
    ['an escape', [{ name: '\u001b[2J' }], 'ArchivePathForbidden \\u{1b}[2J'],
    ['text that runs backwards', [{ name: 'x\u202elmay' }], 'ArchivePathForbidden x\\u{202e}lmay'],
    ['bytes that are not UTF-8', [{ name: Buffer.from([0x61, 0xff]) }], 'ArchivePathForbidden a\ufffd'],
    ['a NUL in a PAX path', [paxHeader({ path: 'a\0b' }), FINE], 'ArchivePathForbidden a\\u{0}b'],
    ['a PAX path', [paxHeader({ path: '../../x' }), FINE], 'ArchivePathForbidden ../../x'],
    [
      'a global PAX path',
      [paxHeader({ path: '/x' }, 'g'), paxHeader({ mtime: '1' }), FINE],
      'ArchivePathForbidden /x',
    ],
    ['a GNU long name', [gnuLongName('../x'), FINE], 'ArchivePathForbidden ../x'],
    ['no name', [{ name: '' }], 'ArchivePathForbidden '],
    ['a file that names a directory', [paxHeader({ path: 'x/' }), FINE], 'ArchivePathForbidden x/'],
    ['too long', [gnuLongName(long), FINE], `ArchivePathForbidden ${'x'.repeat(120)}…`],
    ['too deep', [gnuLongName(deep), FINE], `ArchiveTooDeep ${deep}`],
  ])('%s', async (_, entries, expected) => {
    expect(await refusal('b.tar', rawTar(...entries))).toEqual([expected]);
  });

  test('the same path twice, in whatever form', async () => {
    const bytes = rawTar(FINE, { name: './/fine.yaml', content: 'a: 2\n' });
    expect(await refusal('b.tar', bytes)).toEqual(['ArchiveEntryDuplicate fine.yaml']);
  });

  test('paths that differ in case are two files', async () => {
    expect(await textsOf('b.tar', await tarOf({ 'A.yaml': '1', 'a.yaml': '2' }))).toEqual({
      'A.yaml': '1',
      'a.yaml': '2',
    });
  });
});

describe('limits', () => {
  test('as many entries as allowed, and one more', async () => {
    const files = (count: number) => Array.from({ length: count }, (_, n) => [`f${n}`, 'x'] as const);
    expect(Object.keys(await textsOf('b.tgz', await tgzOf(files(MAX_ENTRIES))))).toHaveLength(MAX_ENTRIES);
    expect(await refusal('b.tgz', await tgzOf(files(MAX_ENTRIES + 1)))).toEqual(['ArchiveTooManyEntries']);
  });

  test('10,000 entries of any kind, the problems before the limit included', async () => {
    const dirs = Array.from({ length: 10_000 }, (_, n) => [`d${n}/`, ''] as const);
    expect(await refusal('b.tgz', await tgzOf([['a.zip', 'x'], ...dirs]))).toEqual([
      'ArchiveTooManyEntries',
      'ArchiveNested a.zip',
    ]);
  });

  test('an entry of the largest size, and one byte more', async () => {
    const bytes = (size: number) => tarOf({ 'a.yaml': Buffer.alloc(size, 0x61), 'b.yaml': 'b' });
    expect(await textsOf('b.tar', await bytes(MAX_ENTRY_BYTES))).toHaveProperty(['b.yaml']);
    expect(await refusal('b.tar', await bytes(MAX_ENTRY_BYTES + 1))).toEqual(['ArchiveEntryTooLarge a.yaml']);
  });

  test.each<[string, RawTarEntry]>([
    ['a PAX header', paxHeader({ comment: 'x'.repeat(70_000) })],
    ['a global PAX header', paxHeader({ comment: 'x'.repeat(2000) }, 'g')],
    ['a GNU long name', gnuLongName('x'.repeat(70_000))],
    ['a header of a negative size', { name: 'x', type: 'x', size: NEGATIVE }],
    ['a header of a huge size', { name: 'x', type: 'L', size: '77777777777\0' }],
    ['a header of no readable size', { name: 'x', type: 'g', size: 'size unknown' }],
  ])('%s that is too large or makes no sense', async (_, header) => {
    expect(await refusal('b.tar', rawTar(FINE, header, { ...FINE, name: 'b' }))).toEqual(['ArchiveCorrupt']);
  });

  test('a global header with many records before many entries', async () => {
    const records = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, 'v']));
    const entries = Array.from({ length: 2000 }, (_, n) => [paxHeader({ a: 'b' }), { name: `f${n}` }]).flat();
    expect(await refusal('b.tgz', gzipSync(rawTar(paxHeader(records, 'g'), ...entries)))).toEqual([
      'ArchiveCorrupt',
    ]);
  });
});

describe('archives in archives', () => {
  test.each(['x.tar', 'x.tgz', 'x.TAR.GZ', 'x.zip', 'x.gz', 'x.xz', 'x.bz2', 'x.7z', 'd/x.txz', 'x.zst'])(
    'by ending: %s',
    async (name) => {
      expect(await refusal('b.tar', rawTar({ name, content: 'text' }))).toEqual([`ArchiveNested ${name}`]);
    },
  );

  test.each<[string, Uint8Array]>([
    ['gzip', gzipSync('a')],
    ['zip', Buffer.from('PK\x03\x04rest')],
    ['empty zip', Buffer.from('PK\x05\x06rest')],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
    ['bzip2', Buffer.from('BZh91AY&SY')],
    ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])],
    ['ustar', rawTar(FINE)],
    ['v7 tar', rawTar({ ...FINE, magic: '' })],
  ])('by content: %s', async (_, content) => {
    expect(await refusal('b.tar', rawTar({ name: 'a.yaml', content }))).toEqual(['ArchiveNested a.yaml']);
  });

  test('files that only look a little like archives pass', async () => {
    const files = { PK: 'PK', 'BZh.yaml': 'BZh: 9\n', 'zip.yaml': 'a: .zip', empty: '', key: '\x1f\x8a' };
    expect(await textsOf('b.tgz', await tgzOf(files))).toEqual(files);
  });
});

describe('damage', () => {
  const whole = rawTar(FINE, paxHeader({ path: LONG }), { name: 'x', content: 'y'.repeat(700) });
  const dataEnd = whole.length - TAR_END.length;
  test.each([513, 700, 1024, 1025, 1536, 2048, 2500, 2560, 3072, dataEnd - 1, dataEnd, dataEnd + 511])(
    'cut off after %i bytes',
    async (length) => {
      expect(await refusal('b.tar', whole.subarray(0, length))).toEqual(['ArchiveCorrupt']);
    },
  );

  test.each([dataEnd + 512, dataEnd + 1024, dataEnd + 10_240])(
    'one or more blocks of end mark (%i bytes)',
    async (length) => {
      expect(
        Object.keys(await textsOf('b.tar', Buffer.concat([whole, Buffer.alloc(10_240)], length))),
      ).toHaveLength(2);
    },
  );

  test.each<[string, Buffer]>([
    ['a wrong checksum', rawTar(FINE, { ...FINE, name: 'b', checksum: '000000\0 ' })],
    ['a size that reaches beyond the end', rawTar({ ...FINE, size: '00000100000\0' })],
    ['a size that is too small', rawTar({ name: 'x', content: 'y'.repeat(700), size: '00000000005\0' })],
    ['a negative size', rawTar(FINE, { name: 'x', size: NEGATIVE })],
    [
      'a size in a binary form that does not exist',
      rawTar(FINE, { name: 'x', size: Buffer.alloc(12, 0x81) }),
    ],
    ['a size that is no number', rawTar({ name: 'x', size: 'abcdefghijk\0' })],
    ['a PAX size that reaches beyond the end', rawTar(paxHeader({ size: '5000' }), FINE)],
    [
      'a PAX size that is too small',
      rawTar(paxHeader({ size: '5' }), { name: 'x', content: 'y'.repeat(700) }),
    ],
    ['a PAX size that is negative', rawTar(paxHeader({ size: '-5' }), FINE)],
    ['a PAX size that is no number', rawTar(paxHeader({ size: 'NaN' }), FINE)],
    ['a header for an entry that is not there', rawTar(FINE, paxHeader({ path: 'x' }))],
    ['a second archive after the end', Buffer.concat([rawTar(FINE), rawTar({ ...FINE, name: 'hidden' })])],
    [
      'an entry after a single zero block',
      Buffer.concat([rawTarEntry(FINE), Buffer.alloc(512), rawTar({ ...FINE, name: 'b' })]),
    ],
    ['text after the end', Buffer.concat([rawTar(FINE), Buffer.alloc(512, 0x61)])],
  ])('%s', async (_, bytes) => {
    expect(await refusal('b.tar', bytes)).toEqual(['ArchiveCorrupt']);
  });

  test('problems found before the damage are reported too', async () => {
    const bytes = Buffer.concat([rawTarEntry({ name: 'l', type: '2' }), Buffer.alloc(100, 0x61)]);
    expect(await refusal('b.tar', bytes)).toEqual(['ArchiveCorrupt', 'ArchiveEntryForbidden l']);
  });
});
