import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { paxHeader, type RawTarEntry, rawTar, rawZip, tarOf, tgzOf, zipOf } from '../../support/archives.ts';
import { bundle, bundleFiles, clusterYaml, request } from '../../support/bundles.ts';
import { type BadBundle, MIB } from './bad-bundle.ts';

const ZIP_LINK = 0o120777;

/** Archives that are not safe to open, or broken. */
export const archives: BadBundle[] = [
  forbiddenEntry('a symbolic link', { name: 'link.yaml', type: '2', linkName: '/etc/passwd' }),
  forbiddenEntry('a hard link', { name: 'link.yaml', type: '1', linkName: 'cluster.yaml' }),
  forbiddenEntry('a character device', { name: 'dev/null', type: '3' }),
  forbiddenEntry('a block device', { name: 'dev/sda', type: '4' }),
  forbiddenEntry('a named pipe', { name: 'pipe', type: '6' }),
  {
    title: 'a zip archive with a symbolic link',
    key: 'prepare/bundle.zip',
    bundle: () => rawZip({ name: 'link.yaml', content: '/etc/passwd', mode: ZIP_LINK }),
    error: 'ArchiveEntryForbidden',
    problems: [{ file: 'link.yaml', says: 'symbolic link' }],
  },
  forbiddenPath('is absolute', '/etc/cron.d/job.yaml'),
  forbiddenPath('climbs', '../../outside.yaml'),
  forbiddenPath('climbs in the middle', 'credreqs/../../outside.yaml'),
  forbiddenPath('has a backslash', 'credreqs\\request.yaml'),
  forbiddenPath('starts with a drive letter', 'C:request.yaml'),
  forbiddenPath('is over 512 bytes long', `${'d'.repeat(200)}/`.repeat(2) + 'f'.repeat(200)),
  {
    title: 'a path with a control character',
    key: 'prepare/bundle.zip',
    bundle: () => rawZip({ name: 'a\u001b[2Jb.yaml', content: request() }),
    error: 'ArchivePathForbidden',
    problems: [{ file: 'a\\u{1b}[2Jb.yaml' }],
  },
  {
    title: 'a path of 33 levels',
    bundle: () => tgzOf({ [`${'d/'.repeat(32)}request.yaml`]: request() }),
    error: 'ArchiveTooDeep',
    problems: [{ file: `${'d/'.repeat(32)}request.yaml`, says: '32 are allowed' }],
  },
  {
    title: 'a zip archive with an encrypted entry',
    key: 'prepare/bundle.zip',
    bundle: () => rawZip({ name: 'request.yaml', content: request(), flags: 0x801 }),
    error: 'ArchiveEncrypted',
    problems: [{ file: 'request.yaml', says: 'without a password' }],
  },
  {
    title: 'a zip archive with strong encryption',
    key: 'prepare/bundle.zip',
    bundle: () => rawZip({ name: 'request.yaml', content: request(), flags: 0x41 }),
    error: 'ArchiveEncrypted',
    problems: [{}],
  },
  {
    title: 'an archive inside the archive',
    bundle: async () => tgzOf({ ...bundleFiles(), 'more.tgz': await bundle() }),
    error: 'ArchiveNested',
    problems: [{ file: 'more.tgz', says: 'unpack it' }],
  },
  {
    title: 'an archive inside the archive that is named as text',
    bundle: async () => tgzOf({ ...bundleFiles(), 'notes.txt': await zipOf(bundleFiles()) }),
    error: 'ArchiveNested',
    problems: [{ file: 'notes.txt' }],
  },
  corruptArchive('a gzip stream that is cut off', 'tgz', async () => (await bundle()).subarray(0, -20)),
  corruptArchive('a tar archive that is cut off', 'tar', async () =>
    (await tarOf(bundleFiles())).subarray(0, -1536),
  ),
  corruptArchive('a tar archive without its end', 'tar', async () =>
    (await tarOf(bundleFiles())).subarray(0, -1024),
  ),
  corruptArchive('a tar archive that goes on after its end', 'tar', async () =>
    Buffer.concat([await tarOf(bundleFiles()), await tarOf({ 'hidden.yaml': request() })]),
  ),
  corruptArchive('a zip archive that is cut off', 'zip', async () =>
    (await zipOf(bundleFiles())).subarray(0, -30),
  ),
  corruptArchive(
    'a zip entry with a wrong checksum',
    'zip',
    () => rawZip({ name: 'request.yaml', content: request(), crc: 1 }),
    'request.yaml',
  ),
  corruptArchive('a zip entry of two names', 'zip', () =>
    rawZip({ name: 'request.yaml', content: request(), localName: 'cluster.yaml' }),
  ),
  {
    title: 'more than 5,000 entries',
    bundle: () => tgzOf(Array.from({ length: 5_001 }, (_, index) => [`${index}.yaml`, ''] as const)),
    error: 'ArchiveTooManyEntries',
    problems: [{ says: 'more than 5000' }],
  },
  {
    title: 'one path twice',
    bundle: () => gzipSync(rawTar({ name: 'a.yaml', content: 'a' }, { name: './a.yaml', content: 'b' })),
    error: 'ArchiveEntryDuplicate',
    problems: [{ file: 'a.yaml' }],
  },
  {
    title: 'one file of more than 4 MiB',
    bundle: () => tgzOf({ ...bundleFiles(), 'big.yaml': `${randomBytes(3 * MIB).toString('base64')}=` }),
    error: 'ArchiveEntryTooLarge',
    problems: [{ file: 'big.yaml' }],
  },
  {
    title: 'a gzip bomb',
    bundle: () => gzipSync(rawTar({ name: 'zeros.txt', content: Buffer.alloc(20 * MIB) })),
    error: 'ArchiveExpandsTooMuch',
    problems: [{}],
  },
  {
    title: 'a zip bomb',
    key: 'prepare/bundle.zip',
    bundle: () =>
      zipOf(Array.from({ length: 4 }, (_, index) => [`${index}.txt`, Buffer.alloc(3 * MIB)] as const)),
    error: 'ArchiveExpandsTooMuch',
    problems: [{}],
  },
  {
    title: 'several bad entries at once',
    bundle: () =>
      gzipSync(
        rawTar(
          { name: '../up.yaml', content: '' },
          { name: 'pipe', type: '6' },
          { name: 'request.yaml', content: request() },
        ),
      ),
    error: 'InvalidBundle',
    problems: [
      { code: 'ArchivePathForbidden', file: '../up.yaml' },
      { code: 'ArchiveEntryForbidden', file: 'pipe' },
    ],
  },
];

function forbiddenEntry(what: string, entry: RawTarEntry): BadBundle {
  return {
    title: `an archive with ${what}`,
    bundle: () => gzipSync(rawTar({ name: 'cluster.yaml', content: clusterYaml() }, entry)),
    error: 'ArchiveEntryForbidden',
    problems: [{ file: String(entry.name), says: what }],
  };
}

function forbiddenPath(why: string, path: string): BadBundle {
  return {
    title: `a path that ${why}`,
    bundle: () => gzipSync(rawTar(paxHeader({ path }), { name: 'cut', content: request() })),
    error: 'ArchivePathForbidden',
    problems: [{ file: path.length > 120 ? `${path.slice(0, 120)}…` : path }],
  };
}

function corruptArchive(
  title: string,
  ending: string,
  content: BadBundle['bundle'],
  file?: string,
): BadBundle {
  return {
    title,
    key: `prepare/bundle.${ending}`,
    bundle: content,
    error: 'ArchiveCorrupt',
    problems: [{ ...(file === undefined ? {} : { file }), says: 'upload it again' }],
  };
}
