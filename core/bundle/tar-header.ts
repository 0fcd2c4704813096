import { MAX_TAR_GLOBAL_HEADER_BYTES, MAX_TAR_HEADER_BYTES } from './limits.ts';

/** Length of a tar header, and what the data of an entry is padded to. */
export const TAR_BLOCK = 512;

const CHECKSUM_START = 148;
const CHECKSUM_END = 156;
const TYPE_FLAG = 156;
const MAGIC_START = 257;
const SIZE_START = 124;
const SIZE_END = 136;

/** Type flags of headers that describe the entry after them, with the size they may have. */
const EXTENSIONS: ReadonlyMap<string, number> = new Map([
  ['x', MAX_TAR_HEADER_BYTES], // PAX
  ['g', MAX_TAR_GLOBAL_HEADER_BYTES], // PAX, for all entries that follow
  ['L', MAX_TAR_HEADER_BYTES], // GNU long name
  ['N', MAX_TAR_HEADER_BYTES], // the same, old
  ['K', MAX_TAR_HEADER_BYTES], // GNU long link name
]);

/**
 * Whether bytes start with a tar header: `ustar` at 257 (POSIX and GNU), or, for the older v7 format which
 * has no magic, a checksum that fits. The layout is in POSIX `pax`, section "ustar Interchange Format".
 */
export function isTarHeader(bytes: Uint8Array): boolean {
  if (bytes.length < TAR_BLOCK) return false;
  return text(bytes, MAGIC_START, MAGIC_START + 5) === 'ustar' || hasChecksum(bytes);
}

/** The type flag of the header at the start of a block, as a character; `0` for the NUL of old archives. */
export function typeFlag(block: Uint8Array): string {
  return block[TYPE_FLAG] === 0 ? '0' : text(block, TYPE_FLAG, TYPE_FLAG + 1);
}

/** Whether all bytes are zero, as in the blocks that end a tar archive. */
export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/**
 * Whether a tar archive has an extended header of an impossible or excessive size. tar-stream 3.2 must not
 * see one: it loses step with the archive after a negative or unreadable size, and copies every record of a
 * global header for each entry, so that one megabyte of records and 5,000 entries take it minutes.
 */
export function hasBadExtension(tar: Uint8Array): boolean {
  for (let start = 0; start + TAR_BLOCK <= tar.length; start += TAR_BLOCK) {
    const limit = EXTENSIONS.get(String.fromCharCode(tar[start + TYPE_FLAG] ?? 0));
    if (limit === undefined) continue;
    const block = tar.subarray(start, start + TAR_BLOCK);
    if (!hasChecksum(block)) continue; // a piece of a file
    const size = octal(block, SIZE_START, SIZE_END);
    if (!(size >= 0 && size <= limit)) return true;
  }
  return false;
}

/** The sum of all bytes of a header, its checksum counted as spaces; it is never that of an empty block. */
function hasChecksum(block: Uint8Array): boolean {
  const spaces = 0x20 * (CHECKSUM_END - CHECKSUM_START);
  let sum = spaces;
  for (let index = 0; index < CHECKSUM_START; index += 1) sum += block[index] ?? 0;
  for (let index = CHECKSUM_END; index < TAR_BLOCK; index += 1) sum += block[index] ?? 0;
  return sum !== spaces && sum === octal(block, CHECKSUM_START, CHECKSUM_END);
}

/** An octal number after any spaces and NULs; 0 for an empty field, NaN for any other form, such as the binary one. */
function octal(block: Uint8Array, start: number, end: number): number {
  const digits = text(block, start, end).replace(/^[ \0]+/, '');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}
