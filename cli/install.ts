import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { readBundleFiles } from '../core/bundle/read-archive.ts';
import { BundleRejected } from '../core/domain/errors.ts';
import { ARCHIVE_FILE, PRIVATE_KEY_FILE, PUBLIC_KEY_FILE } from '../core/storage/layout.ts';
import { word } from '../core/util/shell.ts';
import { ClientError, EXIT } from './errors.ts';
import { notAFolder, writeInside } from './write-file.ts';

/** What `openshift-install create manifests` leaves in its directory; it discards what lies in these before. */
const MADE_BY_INSTALLER = ['manifests', 'openshift'];
const MANIFEST = /^manifests\/[\w.-]+\.ya?ml$/;

/** Whether manifests were made in a directory, so that what is put there now stays. */
export function hasManifests(directory: string): boolean {
  return MADE_BY_INSTALLER.every((name) => isDirectory(join(directory, name)));
}

/** @param first What comes before the command is run once more, as a sentence without its end. */
type NotPlaced = (message: string, first: string) => ClientError;

/**
 * Puts the files of a cluster's archive into the installer's directory: the key readable by its owner alone, each file whole
 * or not at all, none through a symbolic link. Throws ClientError, before anything is written, where manifests were not made yet
 * or the archive holds something else. Returns the paths, relative to the directory.
 */
export async function placeInstallFiles(
  archive: Uint8Array,
  cluster: string,
  directory: string,
): Promise<readonly string[]> {
  const notPlaced: NotPlaced = (message, first) =>
    new ClientError(
      message,
      `${first}, then run \`sts-prep fetch ${cluster} --install-dir ${word(directory)}\`.`,
      EXIT.notPlaced,
    );
  if (!hasManifests(directory))
    throw notPlaced(
      `Nothing was put into ${directory}: no manifests were made there yet, and making them discards what lies there before.`,
      `Run \`openshift-install create manifests --dir ${word(directory)}\``,
    );
  const files = await filesOf(archive, notPlaced);
  const inTheWay = files
    .map(({ path }) => notAFolder(directory, path))
    .find((folder) => folder !== undefined);
  if (inTheWay !== undefined)
    throw notPlaced(`Nothing was put into ${directory}: ${inTheWay} in it is not a directory.`, 'Remove it');
  for (const { path, bytes } of files)
    writeInside(directory, path, bytes, path === PRIVATE_KEY_FILE ? 0o600 : 0o644);
  return files.map(({ path }) => path);
}

async function filesOf(archive: Uint8Array, notPlaced: NotPlaced) {
  let files: Awaited<ReturnType<typeof readBundleFiles>>;
  try {
    files = await readBundleFiles(ARCHIVE_FILE, archive);
  } catch (error) {
    if (!(error instanceof BundleRejected)) throw error;
    throw notPlaced(
      `The archive of the cluster cannot be used: ${error.message}`,
      'Prepare the cluster again, which makes it anew',
    );
  }
  const other = files.find(
    ({ path }) => path !== PRIVATE_KEY_FILE && path !== PUBLIC_KEY_FILE && !MANIFEST.test(path),
  );
  if (other !== undefined)
    throw notPlaced(
      `The archive of the cluster holds ${other.path}, which no run puts there.`,
      'Prepare the cluster again, which makes it anew',
    );
  return files;
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
