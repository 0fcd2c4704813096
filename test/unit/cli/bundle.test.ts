import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBundle } from '../../../cli/bundle.ts';
import { type Addressee, objectKey } from '../../../cli/operation.ts';
import type { Operation } from '../../../core/domain/operations.ts';
import { packTgz } from '../../../core/util/pack-tgz.ts';
import { project } from '../../../scripts/local/paths.ts';

const ONE = 'kind: CredentialsRequest\n';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundle-test-'));
});
afterEach(() => rmSync(root, { recursive: true }));

async function list(tgz: Uint8Array): Promise<string[]> {
  const reader = extract();
  reader.end(gunzipSync(tgz));
  const found: string[] = [];
  for await (const entry of reader) {
    found.push(`${entry.header.name} ${entry.header.mode?.toString(8)} ${entry.header.mtime?.getTime()}`);
    entry.resume();
  }
  return found;
}

test('the same files give the same bytes, whatever their order', async () => {
  const a = { path: 'a.yaml', content: Buffer.from('a') };
  const b = { path: 'dir/b.yaml', content: Buffer.from('b') };
  const packed = await packTgz([a, b]);
  expect(Buffer.from(await packTgz([b, a])).equals(packed)).toBe(true);
  expect(await list(packed)).toEqual(['a.yaml 644 0', 'dir/b.yaml 644 0']);
});

test('a directory is packed with the paths below it, and nothing of the file system else', async () => {
  const directory = join(root, 'prod');
  mkdirSync(join(directory, 'credreqs'), { recursive: true });
  mkdirSync(join(directory, '.git'));
  writeFileSync(join(directory, 'cluster.yaml'), 'name: prod');
  writeFileSync(join(directory, 'credreqs', 'one.yaml'), ONE);
  writeFileSync(join(directory, '.git', 'config'), 'secret');
  symlinkSync('/etc/passwd', join(directory, 'passwd'));

  const first = await readBundle(directory);
  utimesSync(join(directory, 'cluster.yaml'), 1, 1);
  const second = await readBundle(`${directory}/`);

  expect(first).toMatchObject({ name: 'prod', extension: '.tgz' });
  expect(await list(first.bytes)).toEqual(['cluster.yaml 644 0', 'credreqs/one.yaml 644 0']);
  expect(Buffer.from(second.bytes).equals(first.bytes)).toBe(true);
});

test('an archive is packed anew of what a run needs; a file of YAML goes as it is', async () => {
  const file = join(root, 'my.cluster.tar.gz');
  writeFileSync(
    file,
    await packTgz([
      { path: 'one.yaml', content: Buffer.from(ONE) },
      { path: 'auth/kubeconfig', content: Buffer.from('secret') },
    ]),
  );
  const bundle = await readBundle(file);
  expect(bundle).toMatchObject({ name: 'my.cluster', extension: '.tgz' });
  expect(await list(bundle.bytes)).toEqual(['one.yaml 644 0']);
  expect(bundle.left).toEqual([{ what: 'auth/kubeconfig', why: 'nothing in it is read by a run' }]);

  const yaml = join(root, 'one.yaml');
  writeFileSync(yaml, ONE);
  expect(await readBundle(yaml)).toMatchObject({ name: 'one', extension: '.yaml', bytes: Buffer.from(ONE) });
});

test('of an installer directory neither secrets nor keys are uploaded, whatever they are called', async () => {
  const directory = join(root, 'installer');
  for (const folder of ['auth', 'tls', 'credreqs', 'openshift', 'manifests'])
    mkdirSync(join(directory, folder), { recursive: true });
  const files = {
    'install-config.yaml':
      'metadata: {name: prod}\nplatform: {aws: {region: eu-west-1}}\npullSecret: TOKEN\n# TOKEN\n',
    'auth/kubeadmin-password': 'TOKEN',
    'tls/signer.key': '-----BEGIN RSA PRIVATE KEY-----\nTOKEN',
    'signer.public': '-----BEGIN PUBLIC KEY-----',
    'auth/kubeconfig': 'TOKEN',
    'cluster.yaml': 'publicKeyFile: signer.public\n# tls/signer.key auth/kubeconfig',
    'credreqs/one.yaml': ONE,
    'openshift/99_feature-gate.yaml': 'kind: FeatureGate',
    'manifests/pull-secret.json': '{"kind": "Secret", "data": "TOKEN\\u003d"}',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
  const { bytes, files: packed } = await readBundle(directory);
  expect(packed.map(({ path }) => path).sort()).toEqual([
    'cluster.yaml',
    'credreqs/one.yaml',
    'install-config.yaml',
    'openshift/99_feature-gate.yaml',
    'signer.public',
  ]);
  expect(gunzipSync(bytes).toString()).not.toContain('TOKEN');
});

test.each<[string, Record<string, string | Buffer>, string[]]>([
  [
    'a public key under the name that is taken where cluster.yaml names none',
    { 'serviceaccount-signer.public': 'PUBLIC KEY', 'next.public': 'PUBLIC KEY' },
    ['serviceaccount-signer.public'],
  ],
  ['one that is a private key, not', { 'serviceaccount-signer.public': 'PRIVATE KEY' }, []],
  [
    'a public key whose name has a space',
    { 'cluster.yaml': 'publicKeyFile: "my key.pub"', 'my key.pub': 'PUBLIC KEY' },
    ['cluster.yaml', 'my key.pub'],
  ],
  [
    'a request in UTF-16, for the pipeline to refuse',
    { 'two.yaml': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(ONE, 'utf16le')]) },
    ['two.yaml'],
  ],
])('what a run reads is taken along: %s', async (_, more, taken) => {
  const directory = join(root, 'prod');
  mkdirSync(directory);
  for (const [path, content] of Object.entries({ 'one.yaml': ONE, ...more }))
    writeFileSync(join(directory, path), content);
  const { files } = await readBundle(directory);
  expect(files.map(({ path }) => path).sort()).toEqual([...taken, 'one.yaml'].sort());
});

test('an archive that would be refused is not uploaded, and every reason is told', async () => {
  const file = join(root, 'bad.tgz');
  writeFileSync(file, await packTgz([{ path: '../evil.yaml', content: Buffer.from(ONE) }]));
  await expect(readBundle(file)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('climbs with ..'),
  });
});

test('what cannot be a bundle is told by name', async () => {
  writeFileSync(join(root, 'readme.md'), '');
  mkdirSync(join(root, 'empty'));
  await expect(readBundle(join(root, 'nothing'))).rejects.toThrow('does not exist');
  await expect(readBundle(join(root, 'readme.md'))).rejects.toThrow('is no bundle');
  // What can be read for ever.
  symlinkSync('/dev/zero', join(root, 'endless.yaml'));
  await expect(readBundle(join(root, 'endless.yaml'))).rejects.toThrow('is no bundle');
  await expect(readBundle(join(root, 'empty'))).rejects.toThrow('holds nothing');
});

test.each<[Operation, Addressee, string]>([
  ['prepare', {}, 'prepare/demo.tgz'],
  ['prepare', { cluster: 'prod', region: 'eu-west-1' }, 'prepare/eu-west-1/prod.tgz'],
  ['upgrade', { cluster: 'prod', release: '4.21.0' }, 'upgrade/prod/4.21.0.tgz'],
  ['prune', { cluster: 'prod', release: '4.21.0' }, 'prune/prod/4.21.0.tgz'],
  ['audit', { cluster: 'prod', release: '4.21.0' }, 'audit/prod/4.21.0.tgz'],
  ['releases', { release: '4.21.0' }, 'releases/4.21.0.tgz'],
])('the key of %s for %o', (operation, addressee, key) => {
  expect(objectKey(operation, addressee, { name: 'demo', extension: '.tgz' })).toBe(key);
});

test('the bundle of the next release says nothing of a cluster, so that it is good for all', async () => {
  const { bytes } = await readBundle(project('events', 'bundles', 'demo-next'));
  const files = (await list(bytes)).map((line) => line.split(' ', 1)[0]);
  expect(files).toContain('credreqs/90-volume-snapshots.yaml');
  expect(files).not.toContain('cluster.yaml');
});
