import pMap from 'p-map';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { InstallFile } from '../../domain/manifests.ts';
import { installKey } from '../signing-key/paths.ts';
import { archiveKey, DIGEST_METADATA } from './desired.ts';

export interface InstallFilesState {
  /** Content of the wanted manifests that are there, by path. */
  readonly manifests: Readonly<Record<string, string>>;
  /** Digest of the archive that is there. */
  readonly archiveDigest?: string;
}

const READS_AT_ONCE = 40;

/** Reads the manifests that are there, and what the archive was made from. */
export async function observeInstallFiles(
  clusterName: string,
  manifests: readonly InstallFile[],
  store: ObjectStore,
): Promise<InstallFilesState> {
  const [keys, archive] = await Promise.all([
    store.list(installKey(clusterName, 'manifests/')),
    store.head(archiveKey(clusterName)),
  ]);
  const present = new Set(keys);
  const found = await pMap(
    manifests.filter(({ path }) => present.has(installKey(clusterName, path))),
    async ({ path }) => [path, await store.get(installKey(clusterName, path))] as const,
    { concurrency: READS_AT_ONCE },
  );
  const digest = archive?.metadata[DIGEST_METADATA];
  return {
    manifests: Object.fromEntries(
      found.flatMap(([path, object]) =>
        object === undefined ? [] : [[path, Buffer.from(object.bytes).toString('utf8')]],
      ),
    ),
    ...(digest === undefined ? {} : { archiveDigest: digest }),
  };
}
