import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { type Operation, operationFacts } from '../../core/domain/operations.ts';
import type { Addressee } from './demo-arguments.ts';
import { LocalError } from './local-error.ts';
import { UsageError } from './main.ts';
import { type PackedFile, packTgz } from './pack.ts';

/** A bundle as it is uploaded. */
export interface Bundle {
  readonly bytes: Uint8Array;
  /** File name without directory and extension. */
  readonly name: string;
  readonly extension: string;
}

/** What is uploaded where the key says everything. */
export const NOTHING: Bundle = { bytes: new Uint8Array(), name: '', extension: '.yaml' };

const EXTENSION = /\.(tar\.gz|tgz|tar|zip|yaml|yml)$/;
/** A directory above this is not a bundle but a mistake in the path. */
const SIZE_LIMIT = 64 * 1024 * 1024;

/** Reads a bundle file, or makes a .tgz of a directory. Throws LocalError when there is nothing to upload. */
export async function readBundle(path: string): Promise<Bundle> {
  const name = basename(resolve(path));
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new LocalError(`${path} does not exist.`);
  if (stat.isDirectory()) {
    const files = readFiles(path);
    if (files.length === 0) throw new LocalError(`${path} holds no files to make a bundle of.`);
    return { bytes: await packTgz(files), name, extension: '.tgz' };
  }
  const extension = EXTENSION.exec(name)?.[0];
  if (extension === undefined)
    throw new LocalError(`${path} is no bundle: it must end in .tgz, .tar.gz, .tar, .zip, .yaml or .yml.`);
  return { bytes: readFileSync(path), name: name.slice(0, -extension.length), extension };
}

/** Regular files below a directory; hidden ones and symbolic links stay behind. */
function readFiles(root: string): PackedFile[] {
  let size = 0;
  const read = (directory: string): PackedFile[] =>
    readdirSync(directory).flatMap((name) => {
      const path = join(directory, name);
      const stat = lstatSync(path);
      if (name.startsWith('.') || stat.isSymbolicLink()) return [];
      if (stat.isDirectory()) return read(path);
      size += stat.size;
      if (size > SIZE_LIMIT)
        throw new LocalError(
          `${root} holds more than ${SIZE_LIMIT / 1024 / 1024} MiB: is it the right directory?`,
        );
      return [{ path: relative(root, path).split(sep).join('/'), content: readFileSync(path) }];
    });
  return read(root);
}

/**
 * The object key for a bundle: the operation, then the cluster and the release as far as the caller names them;
 * `upgrade/demo/4.21.0.tgz`, `add/demo/efs.tgz`, `prepare/us-east-2/demo.tgz`, or the bundle's own name.
 */
export function objectKey(
  operation: Operation,
  { region, name, release, 'add-on': addOn }: Addressee,
  bundle: Pick<Bundle, 'name' | 'extension'>,
): string {
  const said = Object.entries({ region, cluster: name, release, name: addOn, bundle: bundle.name }).flatMap(
    ([part, value]) => (value === undefined ? [] : [[part, value] as const]),
  );
  const parts = Object.fromEntries(said);
  const form = operationFacts(operation).keys.find((each) => each.parts.every((part) => part in parts));
  if (form === undefined) throw new UsageError(`--operation ${operation} needs to be told more; see --help.`);
  return form.format(parts, bundle.extension);
}
