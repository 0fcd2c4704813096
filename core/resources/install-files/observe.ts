import pMap from 'p-map';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { InstallFile } from '../../domain/manifests.ts';
import * as layout from '../../storage/layout.ts';
import { defined } from '../../util/defined.ts';
import type { Spec } from '../resource.ts';
import type { DesiredFiles } from './desired.ts';
import { DIGEST_METADATA, fileKey, lastingFiles, releaseSecrets } from './desired.ts';
import { sealOf } from './seal.ts';

export interface InstallFilesState {
  /** Content of the wanted files that are there, by path. */
  readonly manifests: Readonly<Record<string, string>>;
  /** Digest of the archive that is there. */
  readonly archiveDigest?: string;
  readonly archiveEtag?: string;
}

const READ_CONCURRENCY = 40;

/** The wanted files that are there, and what the archive was made from. A file whose seal on record still holds is not read. */
export async function observeInstallFiles(
  { cluster, desired }: Pick<Spec<DesiredFiles>, 'cluster' | 'desired'>,
  { store }: { readonly store: ObjectStore },
): Promise<InstallFilesState> {
  const files = [...lastingFiles(desired), ...releaseSecrets(desired)];
  const keyOf = ({ path }: InstallFile) => fileKey(cluster, path);
  const folders = new Set(files.map((file) => keyOf(file).replace(/[^/]*$/, '')));
  const [archive, ...there] = await Promise.all([
    store.head(layout.archive.of({ cluster })),
    ...[...folders].map((folder) => store.etags(folder)),
  ]);
  const etags = new Map(there.flatMap((folder) => [...folder]));
  const read = async (file: InstallFile) => {
    const seal = desired.seals?.[file.path];
    if (seal !== undefined && seal === sealOf(etags.get(keyOf(file)) ?? '', file)) return file.content;
    const object = await store.get(keyOf(file));
    return object && Buffer.from(object.bytes).toString('utf8');
  };
  const found = await pMap(
    files.filter((file) => etags.has(keyOf(file))),
    async (file) => [file.path, await read(file)] as const,
    { concurrency: READ_CONCURRENCY },
  );
  const digest = archive?.metadata[DIGEST_METADATA];
  return {
    manifests: Object.fromEntries(
      found.flatMap(([path, content]) => (content === undefined ? [] : [[path, content]])),
    ),
    ...defined({ archiveDigest: digest, archiveEtag: archive?.etag }),
  };
}
