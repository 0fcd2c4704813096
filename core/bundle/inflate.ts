import { gunzipSync, inflateRawSync } from 'node:zlib';
import { MAX_EXPANDED_BYTES, MAX_RATIO, RATIO_FREE_BYTES } from './limits.ts';

/** What came out, or why nothing did: more than the limit would have, or the data is broken or cut off. */
export type Inflated = Uint8Array | 'over-limit' | 'corrupt';

/** Largest piece to inflate at a time: zlib's 16 KiB would make thousands of them to join for a full bundle. */
const MAX_CHUNK_BYTES = 256 * 1024;
const MIN_CHUNK_BYTES = 64; // zlib's own

/** What an archive of a given compressed size may expand to, in bytes: the lower of total and ratio. */
export function expansionLimit(compressedBytes: number): number {
  return Math.min(MAX_EXPANDED_BYTES, Math.max(RATIO_FREE_BYTES, MAX_RATIO * compressedBytes));
}

/**
 * Decompresses gzip data. Several members are one stream (RFC 1952, 2.2); zero padding after the last is
 * ignored as gzip does, anything else there is corrupt. Stops as soon as more than `limit` bytes came out.
 */
export function gunzip(bytes: Uint8Array, limit: number): Inflated {
  return bounded(gunzipSync, bytes, limit);
}

/** Decompresses a raw deflate stream, as in zip files. Stops as soon as more than `limit` bytes came out. */
export function inflateRaw(bytes: Uint8Array, limit: number): Inflated {
  return bounded(inflateRawSync, bytes, limit);
}

function bounded(inflate: typeof gunzipSync, bytes: Uint8Array, limit: number): Inflated {
  try {
    const chunkSize = Math.min(Math.max(limit, MIN_CHUNK_BYTES), MAX_CHUNK_BYTES);
    const output = inflate(bytes, { maxOutputLength: Math.max(limit, 1), chunkSize });
    return output.length > limit ? 'over-limit' : output; // zlib takes no limit of 0
  } catch (error) {
    return isCode(error, 'ERR_BUFFER_TOO_LARGE') ? 'over-limit' : 'corrupt';
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
