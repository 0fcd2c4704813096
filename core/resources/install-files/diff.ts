import { type Change, created, updated } from '../../domain/change.ts';
import type { InstallFile } from '../../domain/manifests.ts';
import { ARCHIVE_FILE } from '../../storage/layout.ts';
import { archiveDigest } from './desired.ts';
import type { InstallFilesState } from './observe.ts';

/** Which files are missing or differ. Without a key id the signing key is yet to be made, and the archive with it. */
export function diffInstallFiles(
  manifests: readonly InstallFile[],
  kid: string | undefined,
  state: InstallFilesState,
): readonly Change[] {
  const changes = [...diffFiles(manifests, state)];
  if (kid === undefined || state.archiveDigest !== archiveDigest(manifests, kid)) {
    changes.push(
      state.archiveDigest === undefined ? created(ARCHIVE_FILE) : updated(ARCHIVE_FILE, 'content'),
    );
  }
  return changes;
}

/** The same of files that are in no archive. */
export function diffFiles(files: readonly InstallFile[], state: InstallFilesState): readonly Change[] {
  return files.flatMap(({ path, content }) => {
    const present = state.manifests[path];
    if (present === content) return [];
    return present === undefined ? created(path) : updated(path, 'content');
  });
}
