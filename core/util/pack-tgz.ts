import { buffer } from 'node:stream/consumers';
import { constants, gzipSync } from 'node:zlib';
import { pack as tar } from 'tar-stream';

/** A file for an archive; the path is relative and has forward slashes. */
export interface PackedFile {
  readonly path: string;
  readonly content: Uint8Array;
  /** As a file system has it; that of an ordinary file by default. */
  readonly mode?: number;
  /** Where it leads, when it is a symbolic link; then its content is not packed. */
  readonly link?: string;
}

/** Byte 9 of a gzip file names the operating system it was made on. */
const GZIP_SYSTEM = 9;
const SYSTEM_UNKNOWN = 255;

/** Packs files into a .tgz. The same files always give the same bytes, wherever and whenever they are packed. */
export async function packTgz(files: readonly PackedFile[]): Promise<Uint8Array> {
  const archive = tar();
  const bytes = buffer(archive);
  const system = { uid: 0, gid: 0, mtime: new Date(0) };
  for (const { path: name, content, mode = 0o644, link } of [...files].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  ))
    if (link === undefined) archive.entry({ ...system, mode, name }, Buffer.from(content));
    else archive.entry({ ...system, mode, name, type: 'symlink', linkname: link });
  archive.finalize();
  const zipped = gzipSync(await bytes, { level: constants.Z_BEST_COMPRESSION });
  zipped[GZIP_SYSTEM] = SYSTEM_UNKNOWN;
  return zipped;
}
