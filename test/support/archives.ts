import { Buffer } from 'node:buffer';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { ZipFile } from 'yazl';

/**
 * Makes archives for tests. `tarOf`, `tgzOf` and `zipOf` make ordinary ones with well-known packers; `rawTar`
 * and `rawZip` put together whatever they are told, which is how hostile archives are made.
 */

/** Files by path, in the order in which they are packed. A path with a slash at its end is a directory. */
export type Files =
  | Readonly<Record<string, string | Uint8Array>>
  | Iterable<readonly [string, string | Uint8Array]>;

/** A fixed time, so that the same files give the same bytes. */
const MTIME = new Date('2024-01-01T00:00:00Z');

/** Packs files with tar-stream (ustar, with PAX headers for long and non-ASCII paths). */
export async function tarOf(files: Files): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of entriesOf(files)) {
    if (name.endsWith('/')) tar.entry({ name, type: 'directory', mtime: MTIME });
    else tar.entry({ name, mtime: MTIME }, Buffer.from(content));
  }
  tar.finalize();
  return joined(tar);
}

/** Packs files as a gzipped tar. */
export async function tgzOf(files: Files): Promise<Buffer> {
  return gzipSync(await tarOf(files));
}

/** Packs files with yazl, deflated. */
export async function zipOf(files: Files): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of entriesOf(files)) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name, { mtime: MTIME });
    else zip.addBuffer(Buffer.from(content), name, { mtime: MTIME });
  }
  zip.end();
  return joined(zip.outputStream);
}

/** The two zero blocks that end a tar archive. */
export const TAR_END = Buffer.alloc(1024);

/** What a raw tar entry may say; all but the name has the value of an ordinary ustar file. */
export interface RawTarEntry {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` directory, `6` pipe, `x` PAX, `L` GNU long name. */
  readonly type?: string;
  readonly linkName?: string;
  /** The text of the size field, when it shall not be the content's length. */
  readonly size?: string | Uint8Array;
  /** Bytes 257 to 264; empty for the v7 format. */
  readonly magic?: string;
  /** The directory part that ustar puts in front of the name. */
  readonly prefix?: string;
  readonly checksum?: string;
}

/** One tar entry: its header and its content, padded to blocks. */
export function rawTarEntry(entry: RawTarEntry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const header = Buffer.alloc(512);
  const put = (value: string | Uint8Array, offset: number, length: number) =>
    header.set(Buffer.from(value).subarray(0, length), offset);
  put(entry.name, 0, 100);
  put('0000644\0', 100, 8);
  put('0000000\0', 108, 8);
  put('0000000\0', 116, 8);
  put(entry.size ?? `${content.length.toString(8).padStart(11, '0')}\0`, 124, 12);
  put('14544203600\0', 136, 12);
  put('        ', 148, 8);
  put(entry.type ?? '0', 156, 1);
  put(entry.linkName ?? '', 157, 100);
  put(entry.magic ?? 'ustar\x0000', 257, 8);
  put(entry.prefix ?? '', 345, 155);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(entry.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 8);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A tar archive of raw entries, with its end mark. */
export function rawTar(...entries: readonly RawTarEntry[]): Buffer {
  return Buffer.concat([...entries.map(rawTarEntry), TAR_END]);
}

/** A PAX header with the given records, for the entry after it; type `g` makes it one for all that follow. */
export function paxHeader(records: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): RawTarEntry {
  const content = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    length = rest + String(length).length; // the length counts its own digits
    return `${length} ${key}=${value}\n`;
  });
  return { name: 'PaxHeader', type, content: content.join('') };
}

/** A GNU long-name header, for the entry after it. */
export function gnuLongName(path: string): RawTarEntry {
  return { name: '././@LongLink', type: 'L', magic: 'ustar  \0', content: `${path}\0` };
}

/** What a raw zip entry may say; all but the name has the value of an ordinary deflated file. */
export interface RawZipEntry {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** The Unix mode in the external attributes, file type included; 0 as made on Windows. */
  readonly mode?: number;
  /** General purpose flags: 1 encrypted, 0x40 strong encryption, 0x800 UTF-8 (the default). */
  readonly flags?: number;
  /** 0 stored, 8 deflated. */
  readonly method?: number;
  /** What the headers say, when that shall not be true. */
  readonly size?: number;
  readonly compressedSize?: number;
  readonly crc?: number;
  /** The name in the local header, when it shall be another one. */
  readonly localName?: string;
  /** The system that made it: 3 is Unix, the default; 0 MS-DOS and Windows. */
  readonly host?: number;
  /** Use the bytes of the entry of this index instead of own ones. */
  readonly sameBytesAs?: number;
}

/** A zip archive of raw entries: local headers with data, central directory and its end. */
export function rawZip(...entries: readonly RawZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = zipLocal(entry);
    offsets.push(entry.sameBytesAs === undefined ? offset : (offsets[entry.sameBytesAs] ?? 0));
    if (entry.sameBytesAs === undefined) {
      locals.push(local);
      offset += local.length;
    }
    central.push(zipCentral(entry, offsets.at(-1) ?? 0));
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length % 65_536, 8);
  end.writeUInt16LE(entries.length % 65_536, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** The fields that local header and central directory share, and the data they describe. */
function zipFields(entry: RawZipEntry) {
  const content = Buffer.from(entry.content ?? '');
  const method = entry.method ?? 8;
  const data = method === 8 ? deflateRawSync(content) : content;
  const shared = Buffer.alloc(22);
  shared.writeUInt16LE(entry.flags ?? 0x800, 0);
  shared.writeUInt16LE(method, 2);
  shared.writeUInt32LE(entry.crc ?? crc32(content), 8);
  shared.writeUInt32LE(entry.compressedSize ?? data.length, 12);
  shared.writeUInt32LE(entry.size ?? content.length, 16);
  return { data, shared };
}

function zipLocal(entry: RawZipEntry): Buffer {
  const { data, shared } = zipFields(entry);
  const name = Buffer.from(entry.localName ?? entry.name);
  shared.writeUInt16LE(name.length, 20);
  return Buffer.concat([Buffer.from('PK\x03\x04\x14\x00', 'latin1'), shared, Buffer.alloc(2), name, data]);
}

function zipCentral(entry: RawZipEntry, offset: number): Buffer {
  const { shared } = zipFields(entry);
  const name = Buffer.from(entry.name);
  shared.writeUInt16LE(name.length, 20);
  const rest = Buffer.alloc(16);
  rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 8);
  rest.writeUInt32LE(offset, 12);
  const { host = 3 } = entry;
  return Buffer.concat([
    Buffer.from(`PK\x01\x02\x14${String.fromCharCode(host)}\x14\x00`, 'latin1'),
    shared,
    rest,
    name,
  ]);
}

function entriesOf(files: Files): Iterable<readonly [string, string | Uint8Array]> {
  return Symbol.iterator in files ? files : Object.entries(files);
}

async function joined(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
