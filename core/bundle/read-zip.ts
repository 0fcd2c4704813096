import { crc32 } from 'node:zlib';
import { type Entry, fromBuffer, getFileNameLowLevel, type ZipFile } from 'yauzl';
import {
  type ArchiveContent,
  type ArchiveEntry,
  corrupt,
  encrypted,
  tooManyEntries,
} from './archive-entry.ts';
import { inflateRaw } from './inflate.ts';
import { MAX_ENTRIES } from './limits.ts';

const STORED = 0;
const DEFLATED = 8;
/** Others that tools have (APPNOTE.TXT, 4.4.5); none of them is read here. */
const METHODS: ReadonlyMap<number, string> = new Map([
  [1, 'Shrink'],
  [6, 'Implode'],
  [9, 'Deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [20, 'Zstandard'],
  [93, 'Zstandard'],
  [95, 'XZ'],
  [98, 'PPMd'],
]);
const DEFLATE =
  'Pack the bundle again with deflate, which is what zip does without -Z and 7z with -mm=Deflate.';

/** File type bits of a Unix mode (POSIX sys/stat.h), which Unix tools put into the upper half of the attributes. */
const S_IFMT = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const SPECIAL: ReadonlyMap<number, string> = new Map([
  [0o120000, 'a symbolic link'],
  [0o020000, 'a character device'],
  [0o060000, 'a block device'],
  [0o010000, 'a named pipe'],
  [0o140000, 'a socket'],
  [DIRECTORY, 'a directory that has content or no slash at its end'],
]);

/** Where an entry lies in the archive, local header included. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Lists the entries of a zip archive, which is wholly in memory; contents are inflated only when read, and
 * never beyond the size that is stated. The central directory rules, but every entry needs a local header of
 * the same name and bytes of its own: entries that share bytes are how a zip bomb multiplies itself.
 */
export async function readZip(bytes: Uint8Array): Promise<ArchiveContent> {
  const entries: ArchiveEntry[] = [];
  const spans: Span[] = [];
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const zip = await open(buffer);
    for await (const entry of zip.eachEntry()) {
      if (entries.length >= MAX_ENTRIES) return { entries, fault: tooManyEntries() };
      const local = await zip.readLocalFileHeaderPromise(entry);
      const end = local.fileDataStart + entry.compressedSize;
      if (!local.fileName.equals(entry.fileNameRaw)) {
        return { entries, fault: corrupt('The zip archive gives one entry two different names.') };
      }
      entries.push(entryOf(entry, buffer.subarray(local.fileDataStart, end)));
      spans.push({ start: entry.relativeOffsetOfLocalHeader, end });
    }
  } catch (error) {
    return {
      entries,
      fault: isStrongEncryption(error) ? encrypted() : corrupt('The zip archive is damaged or cut off.'),
    };
  }
  return overlap(spans)
    ? { entries, fault: corrupt('Entries of the zip archive share bytes.') }
    : { entries };
}

/** The name of an entry is taken from its raw bytes later, so that a bad one does not end the reading. */
function open(buffer: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(buffer, { lazyEntries: true, decodeStrings: false, validateEntrySizes: true }, (error, zip) =>
      error === null ? resolve(zip) : reject(error),
    );
  });
}

function entryOf(entry: Entry, data: Buffer): ArchiveEntry {
  const name = withSlashes(nameOf(entry), entry);
  const type = (entry.externalFileAttributes >>> 16) & S_IFMT; // 0 when made on Windows
  const isDirectory = name.endsWith('/') && entry.uncompressedSize === 0;
  if (entry.isEncrypted()) return { kind: 'encrypted', name };
  if (type !== 0 && type !== REGULAR && !(type === DIRECTORY && isDirectory)) {
    return { kind: 'special', name, what: SPECIAL.get(type) ?? 'of an unknown type' };
  }
  if (isDirectory) return { kind: 'directory', name };
  const { compressionMethod: method } = entry;
  if (method !== STORED && method !== DEFLATED)
    return { kind: 'special', name, what: `compressed with ${nameOfMethod(method)}`, remedy: DEFLATE };
  return { kind: 'file', name, size: entry.uncompressedSize, read: () => contentOf(entry, data) };
}

/**
 * The name as UTF-8 or, without the flag or extra field that says so, code page 437. That page has pictures
 * where others have control characters, so bytes of those are kept as they are, for the path rules to refuse.
 */
function nameOf({ fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string {
  const hasControls = fileNameRaw.some((byte) => byte < 0x20 || byte === 0x7f);
  if (hasControls) return fileNameRaw.toString('latin1');
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true); // true: keep backslashes
}

function nameOfMethod(method: number): string {
  return `${METHODS.get(method) ?? `the method ${method}`}, which is not read here`;
}

/** Hosts whose systems have backslashes between folders (APPNOTE.TXT, 4.4.2): MS-DOS, OS/2, NTFS, VFAT. */
const BACKSLASH_HOSTS = [0, 6, 10, 14];

/**
 * Windows PowerShell 5 writes backslashes where a zip has slashes (.NET before 4.6.1). Of an archive that was made there, a name
 * without any slash is taken as it was meant; the rules for paths come after.
 */
function withSlashes(name: string, { versionMadeBy }: Entry): string {
  return BACKSLASH_HOSTS.includes(versionMadeBy >>> 8) && !name.includes('/')
    ? name.replaceAll('\\', '/')
    : name;
}

/** The content, or `undefined` if it is not what size and checksum say. */
function contentOf(entry: Entry, data: Buffer): Uint8Array | undefined {
  const { compressionMethod, uncompressedSize } = entry;
  const content = compressionMethod === STORED ? data : inflateRaw(data, uncompressedSize);
  if (typeof content === 'string' || content.length !== uncompressedSize) return undefined;
  return crc32(content) === entry.crc32 ? content : undefined;
}

function overlap(spans: readonly Span[]): boolean {
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  return sorted.some(({ start }, index) => start < (sorted[index - 1]?.end ?? 0));
}

/** yauzl stops at an entry of PKWARE's strong encryption; its text is compared and never shown. */
function isStrongEncryption(error: unknown): boolean {
  return error instanceof Error && error.message === 'strong encryption is not supported';
}
