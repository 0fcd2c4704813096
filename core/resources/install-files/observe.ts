import pMap from 'p-map';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { InstallFile } from '../../domain/manifests.ts';
import * as layout from '../../storage/layout.ts';
import { defined } from '../../util/defined.ts';
import type { Spec } from '../resource.ts';
import type { DesiredFiles } from './desired.ts';
import { DIGEST_METADATA, fileKey, lastingFiles, releaseSecrets } from './desired.ts';

export interface InstallFilesState {
  /** Content of the wanted files that are there, by path. */
  readonly manifests: Readonly<Record<string, string>>;
  /** Digest of the archive that is there. */
  readonly archiveDigest?: string;
  readonly archiveEtag?: string;
}

const READ_CONCURRENCY = 40;

/** Reads the wanted files that are there, and what the archive was made from. */
export async function observeInstallFiles(
  { cluster, desired }: Pick<Spec<DesiredFiles>, 'cluster' | 'desired'>,
  { store }: { readonly store: ObjectStore },
): Promise<InstallFilesState> {
  const files = [...lastingFiles(desired), ...releaseSecrets(desired)];
  const keyOf = ({ path }: InstallFile) => fileKey(cluster, path);
  const folders = new Set(files.map((file) => keyOf(file).replace(/[^/]*$/, '')));
  const [archive, ...keys] = await Promise.all([
    store.head(layout.archive.of({ cluster })),
    ...[...folders].map((folder) => store.list(folder)),
  ]);
  const present = new Set(keys.flat());
  const found = await pMap(
    files.filter((file) => present.has(keyOf(file))),
    async (file) => [file.path, await store.get(keyOf(file))] as const,
    { concurrency: READ_CONCURRENCY },
  );
  const digest = archive?.metadata[DIGEST_METADATA];
  return {
    manifests: Object.fromEntries(
      found.flatMap(([path, object]) =>
        object === undefined ? [] : [[path, Buffer.from(object.bytes).toString('utf8')]],
      ),
    ),
    ...defined({ archiveDigest: digest, archiveEtag: archive?.etag }),
  };
}
