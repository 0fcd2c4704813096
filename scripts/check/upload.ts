import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { type PackedFile, packTgz } from '../../core/util/pack-tgz.ts';
import { UsageError } from '../local/main.ts';

/** What would be uploaded. */
export interface Upload {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** No bundle is as large; a directory of more is not one but a mistake in the path. */
const SIZE_LIMIT = 64 * 1024 * 1024;

/**
 * A bundle as it is, or what `tar czf` would make of a directory: hidden files and symbolic links are packed like all others.
 * Throws UsageError where there is nothing to read.
 */
export async function readForUpload(path: string): Promise<Upload> {
  const name = basename(resolve(path));
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new UsageError(`${path} does not exist.`);
    if (stat.isDirectory()) return { fileName: `${name}.tgz`, bytes: await packTgz(filesBelow(path)) };
    if (!stat.isFile()) throw new UsageError(`${path} is neither a file nor a directory.`);
    if (stat.size > SIZE_LIMIT) throw tooLarge(path);
    return { fileName: name, bytes: readFileSync(path) };
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new UsageError(`${path} cannot be read: ${error.message}`);
    throw error;
  }
}

function filesBelow(root: string): PackedFile[] {
  let size = 0;
  const read = (directory: string): PackedFile[] =>
    readdirSync(directory).flatMap((name) => {
      const path = join(directory, name);
      const packed = relative(root, path).split(sep).join('/');
      const stat = lstatSync(path);
      if (stat.isSymbolicLink())
        return [{ path: packed, content: new Uint8Array(), link: readlinkSync(path) }];
      if (stat.isDirectory()) return read(path);
      if (!stat.isFile()) return [];
      size += stat.size;
      if (size > SIZE_LIMIT) throw tooLarge(root);
      return [{ path: packed, content: readFileSync(path) }];
    });
  return read(root);
}

function tooLarge(path: string): UsageError {
  return new UsageError(`${path} has more than ${SIZE_LIMIT / 1024 / 1024} MiB: is it the right one?`);
}
