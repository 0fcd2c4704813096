import { createPublicKey } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { ObjectStore, StoredObject } from '../../aws/object-store.ts';
import { keyId, readPublicKey } from '../../domain/oidc.ts';
import * as layout from '../../storage/layout.ts';
import { eachSettledOrThrow } from '../../util/all-settled.ts';
import { RUN_METADATA } from '../ownership.ts';
import type { Step } from '../resource.ts';
import type { DesiredFiles } from './desired.ts';
import {
  archiveDigest,
  DIGEST_METADATA,
  desiredManifests,
  fileKey,
  hasKeys,
  lastingFiles,
  newSecrets,
} from './desired.ts';

const WRITE_CONCURRENCY = 40;

/** A fixed date, so that the same files always make the same archive. */
const MODIFIED = new Date('2020-01-01T00:00:00Z');

/** The two files of the signing key; the private one is absent when it is kept elsewhere. */
export interface KeyFiles {
  readonly privateKey: StoredObject | undefined;
  readonly publicKey: StoredObject | undefined;
}

export async function readKeyFiles(cluster: string, store: ObjectStore): Promise<KeyFiles> {
  const [privateKey, publicKey] = await Promise.all([
    store.get(layout.privateKey.of({ cluster })),
    store.get(layout.publicKey.of({ cluster })),
  ]);
  return { privateKey, publicKey };
}

type FilesStep = Step<DesiredFiles, never>;

interface Access {
  readonly store: ObjectStore;
  readonly keys: KeyFiles;
}

/** Writes the planned files. Running it again writes the same bytes. Throws when an archive with a key is due and there is no public key. */
export async function applyInstallFiles(step: FilesStep, access: Access): Promise<void> {
  const { cluster, run, desired, changes } = step;
  if (changes.length === 0) return;
  const planned = new Set(changes.map(({ resource }) => resource));
  const writes = [...lastingFiles(desired), ...newSecrets(desired, changes)]
    .filter(({ path }) => planned.has(path))
    .map(
      ({ path, content }) =>
        () =>
          access.store.put(fileKey(cluster, path), content, {
            contentType: 'application/yaml',
            metadata: { [RUN_METADATA]: run },
          }),
    );
  if (planned.has(layout.ARCHIVE_FILE)) writes.unshift(() => putArchive(step, access));
  await eachSettledOrThrow(writes, (write) => write(), WRITE_CONCURRENCY);
}

async function putArchive({ cluster, run, desired }: FilesStep, { store, keys }: Access) {
  const manifests = desiredManifests(desired);
  const { kid, files } = hasKeys(desired) ? packedKeys(cluster, keys) : { kid: undefined, files: [] };
  const archive = await packInstallFiles([
    ...manifests.map(({ path, content }) => ({ path, bytes: Buffer.from(content) })),
    ...files,
  ]);
  return store.put(layout.archive.of({ cluster }), archive, {
    contentType: 'application/gzip',
    metadata: { [RUN_METADATA]: run, [DIGEST_METADATA]: archiveDigest(manifests, kid) },
  });
}

/** The files of the key. A cluster whose private key is kept elsewhere gets the public one; a retired pair is not its key. */
function packedKeys(cluster: string, { privateKey, publicKey }: KeyFiles) {
  if (publicKey === undefined) throw new Error(`${layout.publicKey.of({ cluster })} is not there.`);
  const key = readPublicKey(Buffer.from(publicKey.bytes).toString('utf8'));
  const isPair =
    privateKey !== undefined && createPublicKey(Buffer.from(privateKey.bytes).toString('utf8')).equals(key);
  return {
    kid: keyId(key),
    files: [
      { path: layout.PUBLIC_KEY_FILE, bytes: publicKey.bytes },
      ...(isPair ? [{ path: layout.PRIVATE_KEY_FILE, bytes: privateKey.bytes }] : []),
    ],
  };
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
