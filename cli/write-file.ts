import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { ClientError } from './errors.ts';

/**
 * Writes a file below a directory: whole or not at all, and never to where a symbolic link in the directory leads. Who reads
 * meanwhile sees the old file or the new one; a link of its name is replaced. Throws ClientError for a path that leads out.
 *
 * @param directory May itself be reached by links: whoever names it wants it there.
 * @param path Relative, with slashes.
 */
export function writeInside(directory: string, path: string, bytes: string | Uint8Array, mode: number): void {
  const root = resolve(directory);
  const target = resolve(root, path);
  if (!target.startsWith(root + sep)) throw new ClientError(`${path} is not a file name for ${directory}.`);
  const folder = notAFolder(root, path);
  if (folder !== undefined)
    throw new ClientError(
      `Nothing is written to ${path} below ${directory}: ${folder} is not a directory.`,
      'Remove it, and run the command again.',
    );
  mkdirSync(dirname(target), { recursive: true });
  const beside = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
  const file = openSync(beside, 'wx', mode);
  try {
    writeSync(file, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    fsyncSync(file);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** The first folder on the way to a file that is there and is none, a link among them; undefined where all are folders. */
export function notAFolder(directory: string, path: string): string | undefined {
  const segments = path.split('/').slice(0, -1);
  return segments
    .map((_, index) => segments.slice(0, index + 1).join('/'))
    .find((folder) => lstatSync(join(directory, folder), { throwIfNoEntry: false })?.isDirectory() === false);
}
