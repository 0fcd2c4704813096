import type { InstallFile } from '../../domain/manifests.ts';
import { isWhole } from '../../domain/parts.ts';
import { ARCHIVE_FILE } from '../../storage/layout.ts';
import type { CheckOf } from '../check-table.ts';
import type { Discrepancy, Spec } from '../resource.ts';
import { addOnSecrets, type DesiredFiles, desiredDigest, desiredManifests } from './desired.ts';
import type { InstallFilesState } from './observe.ts';

type Found = readonly Discrepancy<CheckOf<'installFiles'>>[];

/** Which files for the installer, and which Secrets of add-ons, are not as they should be. */
export function checkInstallFiles(
  { desired }: Pick<Spec<DesiredFiles>, 'desired'>,
  state: InstallFilesState,
): Found {
  if (desired.isMade === false) return [];
  return [
    ...fileChecks(desiredManifests(desired), state),
    ...archiveChecks(desired, state),
    ...fileChecks(addOnSecrets(desired), state),
  ];
}

/** Which files are missing or differ. What one says instead may hold a secret, and is in no evidence. */
export function fileChecks(
  files: readonly InstallFile[],
  { manifests }: Pick<InstallFilesState, 'manifests'>,
): Found {
  return files.flatMap(({ path, content }): Found => {
    const actual = manifests[path];
    if (actual === content) return [];
    return [
      actual === undefined
        ? { check: 'manifest-missing', subject: path }
        : { check: 'manifest-other', subject: path, expected: content },
    ];
  });
}

/** Its content is sealed, as it holds the private key: what it was made from is said by its metadata, that it is still that by its ETag. */
function archiveChecks(
  desired: DesiredFiles,
  { archiveDigest: actual, archiveEtag }: InstallFilesState,
): Found {
  if (!isWhole(desired)) return [];
  const expected = desiredDigest(desired);
  if (actual === undefined) return [{ check: 'archive-missing', subject: ARCHIVE_FILE, expected }];
  const isOther = desired.archiveEtag !== undefined && desired.archiveEtag !== archiveEtag;
  return actual === expected && !isOther
    ? []
    : [{ check: 'archive-other', subject: ARCHIVE_FILE, actual, expected }];
}
