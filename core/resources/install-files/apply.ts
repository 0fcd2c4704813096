import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { ObjectStore, StoredObject } from '../../aws/object-store.ts';
import type { Change } from '../../domain/change.ts';
import type { InstallFile } from '../../domain/manifests.ts';
import { keyId, readPublicKey } from '../../domain/oidc.ts';
import * as layout from '../../storage/layout.ts';
import { settledEach } from '../../util/settled.ts';
import { RUN_METADATA } from '../ownership.ts';
import { archiveDigest, DIGEST_METADATA, fileKey } from './desired.ts';

const WRITES_AT_ONCE = 40;

/** A fixed date, so that the same files always make the same archive. */
const MODIFIED = new Date('2020-01-01T00:00:00Z');

export interface InstallFilesInput {
  readonly clusterName: string;
  readonly run: string;
  readonly manifests: readonly InstallFile[];
  /** Files that are not for the installer, and not in its archive. */
  readonly further?: readonly InstallFile[];
  readonly changes: readonly Change[];
  readonly keys: KeyFiles;
}

/** The two files of the signing key; the private one is absent when somebody else keeps it. */
export interface KeyFiles {
  readonly privateKey: StoredObject | undefined;
  readonly publicKey: StoredObject | undefined;
}

export async function readKeyFiles(clusterName: string, store: ObjectStore): Promise<KeyFiles> {
  const [privateKey, publicKey] = await Promise.all([
    store.get(layout.privateKey.of({ cluster: clusterName })),
    store.get(layout.publicKey.of({ cluster: clusterName })),
  ]);
  return { privateKey, publicKey };
}

/** Writes the planned files. Running it again writes the same bytes. Throws when the archive is due and there is no public key. */
export async function applyInstallFiles(input: InstallFilesInput, store: ObjectStore): Promise<void> {
  const { clusterName, run, manifests, further = [], changes } = input;
  const planned = new Set(changes.map(({ resource }) => resource));
  const writes = [...manifests, ...further]
    .filter(({ path }) => planned.has(path))
    .map(
      ({ path, content }) =>
        () =>
          store.put(fileKey(clusterName, path), content, {
            contentType: 'application/yaml',
            metadata: { [RUN_METADATA]: run },
          }),
    );
  if (planned.has(layout.ARCHIVE_FILE)) writes.unshift(() => putArchive(input, store));
  await settledEach(writes, (write) => write(), WRITES_AT_ONCE);
}

async function putArchive({ clusterName, run, manifests, keys }: InstallFilesInput, store: ObjectStore) {
  const { privateKey, publicKey } = keys;
  if (publicKey === undefined)
    throw new Error(`${layout.publicKey.of({ cluster: clusterName })} is not there.`);
  const kid = keyId(readPublicKey(Buffer.from(publicKey.bytes).toString('utf8')));
  const archive = await packInstallFiles([
    ...manifests.map(({ path, content }) => ({ path, bytes: Buffer.from(content) })),
    { path: layout.PUBLIC_KEY_FILE, bytes: publicKey.bytes },
    // A cluster whose private key is kept by somebody else gets the rest.
    ...(privateKey === undefined ? [] : [{ path: layout.PRIVATE_KEY_FILE, bytes: privateKey.bytes }]),
  ]);
  return store.put(layout.archive.of({ cluster: clusterName }), archive, {
    contentType: 'application/gzip',
    metadata: { [RUN_METADATA]: run, [DIGEST_METADATA]: archiveDigest(manifests, kid) },
  });
}

/** Packs files into a gzip-compressed tar that only its owner may read, with ccoctl's modes. The same files give the same bytes. */
export async function packInstallFiles(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): Promise<Uint8Array> {
  const tar = pack();
  for (const folder of ['manifests', 'tls']) {
    if (files.some(({ path }) => path.startsWith(`${folder}/`)))
      tar.entry({ name: `${folder}/`, type: 'directory', mode: 0o700, mtime: MODIFIED });
  }
  for (const { path, bytes } of files)
    tar.entry({ name: path, mode: 0o600, mtime: MODIFIED }, Buffer.from(bytes));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return promisify(gzip)(Buffer.concat(chunks));
}
