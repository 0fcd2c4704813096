import { type BundleEnding, bundleEndingOf } from '../domain/bundle-endings.ts';
import { isTarHeader } from './tar-header.ts';

/** The kinds of bundle, by what their name promises; one of a single file is YAML or JSON. */
export type BundleType = 'tar.gz' | 'tar' | 'zip' | 'single';

/** What the first bytes of some content say it is; `binary` has NUL bytes and no known magic. */
export type ContentType = 'tar' | 'gzip' | 'zip' | 'xz' | 'bzip2' | '7z' | 'zstd' | 'binary' | 'text';

const TYPES: Readonly<Record<BundleEnding, BundleType>> = {
  '.tgz': 'tar.gz',
  '.tar.gz': 'tar.gz',
  '.tar': 'tar',
  '.zip': 'zip',
  '.yaml': 'single',
  '.yml': 'single',
  '.json': 'single',
};

const ARCHIVE_ENDING = /\.(tar|tgz|tbz2?|txz|zip|gz|bz2|xz|7z|zst)$/i;

const MAGIC: readonly (readonly [ContentType, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]], // no entries: just the end of central directory
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** `BZh`, the level, then the magic of a block: `BZh` alone may well start a text. */
const BZIP2 = /^BZh[1-9]1AY&SY/;

/** The type a file name promises, by its ending; `undefined` if it has none of the supported endings. */
export function bundleTypeOf(fileName: string): BundleType | undefined {
  const ending = bundleEndingOf(fileName);
  return ending && TYPES[ending];
}

/** What some content is, by its magic bytes and never by its name. */
export function contentTypeOf(bytes: Uint8Array): ContentType {
  const known = MAGIC.find(([, magic]) => magic.every((byte, index) => bytes[index] === byte));
  if (known !== undefined) return known[0];
  if (BZIP2.test(Buffer.from(bytes.subarray(0, 10)).toString('latin1'))) return 'bzip2';
  if (isTarHeader(bytes)) return 'tar';
  return bytes.includes(0) ? 'binary' : 'text';
}

/** Whether a file is an archive or a compressed file, by its ending or by its content. */
export function isArchive(path: string, bytes: Uint8Array): boolean {
  if (ARCHIVE_ENDING.test(path)) return true;
  const type = contentTypeOf(bytes);
  return type !== 'binary' && type !== 'text';
}
