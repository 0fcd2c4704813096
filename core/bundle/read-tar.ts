import { extract, type Header } from 'tar-stream';
import { defined } from '../util/defined.ts';
import { type ArchiveContent, type ArchiveEntry, corrupt, tooManyEntries } from './archive-entry.ts';
import { MAX_ENTRIES } from './limits.ts';
import { hasBadExtension, isZero, TAR_BLOCK, typeFlag } from './tar-header.ts';

/** tar-stream's headers as they are: its types leave out where the data starts and kinds it does not know. */
type ReadHeader = Omit<Header, 'type' | 'pax'> & {
  readonly type: Header['type'] | null;
  readonly byteOffset: number;
  readonly pax: Readonly<Record<string, string>> | null;
};

/** Missing from tar-stream's types: also read v7 archives, which have no magic. */
const OPTIONS: Parameters<typeof extract>[0] & { allowUnknownFormat: boolean } = { allowUnknownFormat: true };

const SPECIAL: Readonly<Record<string, string>> = {
  link: 'a hard link',
  symlink: 'a symbolic link',
  'character-device': 'a character device',
  'block-device': 'a block device',
  fifo: 'a named pipe',
};
/** Letters of GNU tar for what is no file at all. */
const GNU_ONLY: Readonly<Record<string, readonly [string, string]>> = {
  D: ['a list of an incremental backup', 'Pack without --listed-incremental.'],
  M: ['the rest of a file of another volume', 'Pack without --multi-volume.'],
  S: ['a sparse file', 'Pack without -S (--sparse).'],
  V: ['the label of a volume', 'Pack without -V (--label).'],
};

const CUT_OFF = 'The tar archive is damaged or cut off.';
const GOES_ON = corrupt(
  'The tar archive goes on after its end.',
  undefined,
  'Pack all files into one archive, and upload it again; of archives that were put one after the other tar itself reads the first only.',
);

/**
 * Lists the entries of a tar archive (v7, ustar, GNU or PAX) that is wholly in memory; contents are views of
 * it, not copies. Stricter than tar itself, because what another reader would see must not differ from what
 * this one sees: an archive without its end mark may be cut off, one that goes on after it hides something.
 */
export async function readTar(tar: Uint8Array): Promise<ArchiveContent> {
  const entries: ArchiveEntry[] = [];
  if (isZero(tar)) return { entries }; // just the end mark
  if (hasBadExtension(tar)) {
    return {
      entries,
      fault: corrupt('The tar archive has an extended header of a size that is not allowed.'),
    };
  }
  const stream = extract(OPTIONS);
  stream.end(tar);
  let end = 0;
  try {
    for await (const item of stream) {
      item.resume(); // the data is taken from `tar`
      const header = item.header as Header & ReadHeader;
      if (entries.length >= MAX_ENTRIES) return { entries, fault: tooManyEntries() };
      // tar-stream gives `null` for some sizes it cannot read, and then waits for data that never ends.
      if (!Number.isSafeInteger(header.size)) return { entries, fault: corrupt(CUT_OFF) };
      if (isZero(tar.subarray(end, end + TAR_BLOCK))) return { entries, fault: GOES_ON };
      const entry = entryOf(header, tar);
      entries.push(entry);
      // What follows a kind that is unknown, or the map of a sparse file, cannot be told from its data.
      if (header.type === null) return { entries };
      end = header.byteOffset + padded(dataSize(header));
    }
  } catch {
    return { entries, fault: corrupt(CUT_OFF) };
  }
  const rest = tar.subarray(end);
  if (rest.length < TAR_BLOCK) return { entries, fault: corrupt(CUT_OFF) };
  return isZero(rest) ? { entries } : { entries, fault: GOES_ON };
}

function entryOf(header: ReadHeader, tar: Uint8Array): ArchiveEntry {
  const { name, type, byteOffset, pax, linkname } = header;
  if (type === 'symlink' && linkname) return { kind: 'link', name, target: linkname };
  if (type === 'directory') return { kind: 'directory', name };
  if (type !== 'file' && type !== 'contiguous-file') {
    const what = SPECIAL[type ?? ''];
    return what === undefined
      ? unknownKind(name, typeFlag(tar.subarray(byteOffset - TAR_BLOCK)))
      : { kind: 'special', name, what };
  }
  if (Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))) {
    return unknownKind(pax?.['GNU.sparse.name'] ?? name, 'S');
  }
  const size = dataSize(header);
  return { kind: 'file', name, size, read: () => tar.subarray(byteOffset, byteOffset + size) };
}

function unknownKind(name: string, flag: string): ArchiveEntry {
  const [what, remedy] = GNU_ONLY[flag] ?? [];
  return {
    kind: 'special',
    name,
    what: what ?? `of the special type ${JSON.stringify(flag)}`,
    ...defined({ remedy }),
  };
}

/** Bytes of data after a header; tar-stream takes directories to have none, whatever they state. */
function dataSize({ type, size }: ReadHeader): number {
  return type === 'directory' ? 0 : size;
}

function padded(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}
