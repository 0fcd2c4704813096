import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import {
  applyInstallFiles,
  packInstallFiles,
  readKeyFiles,
} from '../../../../core/resources/install-files/apply.ts';
import { diffInstallFiles } from '../../../../core/resources/install-files/diff.ts';
import { observeInstallFiles } from '../../../../core/resources/install-files/observe.ts';
import { RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';
import { ARCHIVE_KEY, apply, PRIVATE_FILE, PRIVATE_PEM, plan, spec, storeWithKeys } from './files.ts';

const EXISTING = { type: 'existing', url: 'https://oidc.example.com', host: 'oidc.example.com' } as const;

interface Entry {
  readonly name: string;
  readonly mode: string;
  readonly text: string;
}

async function entriesOf(bytes: Uint8Array): Promise<Entry[]> {
  const entries: Entry[] = [];
  const tar = extract();
  tar.end(gunzipSync(bytes));
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, mode = 0 } = entry.header;
    entries.push({ name, mode: mode.toString(8), text: Buffer.concat(chunks).toString('utf8') });
  }
  return entries;
}

async function archive(store = storeWithKeys()): Promise<Uint8Array> {
  await apply(await plan(store), store);
  return (await store.get(ARCHIVE_KEY))?.bytes ?? new Uint8Array();
}

describe('the archive for the installer', () => {
  it('holds folders, manifests and keys, for their owner only', async () => {
    const entries = await entriesOf(await archive());
    expect(entries.map(({ name, mode }) => `${mode} ${name}`)).toEqual([
      '700 manifests/',
      '700 tls/',
      '600 manifests/cluster-authentication-02-config.yaml',
      '600 manifests/openshift-image-registry-installer-cloud-credentials-credentials.yaml',
      '600 manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml',
      '600 serviceaccount-signer.public',
      '600 tls/bound-service-account-signing-key.key',
    ]);
    expect(entries.at(-1)?.text).toBe(PRIVATE_PEM);
  });

  it('holds no private key, and no folder for it, when somebody else keeps it', async () => {
    const store = storeWithKeys();
    await store.remove('clusters/demo/install/tls/bound-service-account-signing-key.key');
    const names = (await entriesOf(await archive(store))).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('tls/'))).toEqual([]);
    expect(names).toContain('serviceaccount-signer.public');
  });

  it('holds no private key when the one that is stored is of a pair the cluster signed with before', async () => {
    const retired = smallKeyPair().privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const names = (await entriesOf(await archive(storeWithKeys({ [PRIVATE_FILE]: retired })))).map(
      ({ name }) => name,
    );
    expect(names.filter((name) => name.startsWith('tls/'))).toEqual([]);
  });

  it('holds no key, and is made without one, where somebody else keeps the issuer', async () => {
    const { desired, ...others } = spec();
    const existing = { ...others, desired: { ...desired, issuer: EXISTING } };
    const store = fakeStore();
    const observe = () => observeInstallFiles(existing, { store });
    const changes = diffInstallFiles(existing, await observe());
    const keys = await readKeyFiles('demo', store);
    await applyInstallFiles({ ...existing, run: RUN, changes, before: undefined }, { store, keys });
    const names = await entriesOf((await store.get(ARCHIVE_KEY))?.bytes ?? new Uint8Array());
    expect(names.filter(({ name }) => !name.startsWith('manifests/'))).toEqual([]);
    expect(diffInstallFiles(existing, await observe())).toEqual([]);
  });

  it('has the same bytes for the same files, whenever it is made', async () => {
    const files = [{ path: 'manifests/a.yaml', bytes: Buffer.from('a') }];
    const [first, second] = [await packInstallFiles(files), await packInstallFiles(files)];
    expect(Buffer.compare(first, second)).toBe(0);
    // The gzip header has room for a date; it must stay empty.
    expect([...first.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  });

  it('is not made without a public key', async () => {
    const store = storeWithKeys();
    await store.remove('clusters/demo/install/serviceaccount-signer.public');
    await expect(archive(store)).rejects.toThrow('serviceaccount-signer.public is not there');
  });
});
