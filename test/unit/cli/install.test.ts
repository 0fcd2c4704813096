import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { placeInstallFiles } from '../../../cli/install.ts';
import { packTgz } from '../../../core/util/pack-tgz.ts';

let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-test-'));
  directory = join(root, 'installer');
  for (const name of ['manifests', 'openshift']) mkdirSync(join(directory, name), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const KEY = 'tls/bound-service-account-signing-key.key';
const archiveOf = (paths: readonly string[]) =>
  packTgz(paths.map((path) => ({ path, content: Buffer.from(path) })));
const GOOD = ['manifests/one.yaml', 'serviceaccount-signer.public', KEY];
const modeOf = (path: string) => statSync(join(directory, path)).mode & 0o777;

test('the files are where the installer reads them, the private key for its owner only', async () => {
  writeFileSync(join(directory, 'manifests', 'one.yaml'), 'of an earlier run');
  expect([...(await placeInstallFiles(await archiveOf(GOOD), 'demo', directory))].sort()).toEqual(GOOD);
  expect(readFileSync(join(directory, 'manifests', 'one.yaml'), 'utf8')).toBe('manifests/one.yaml');
  expect(modeOf(KEY)).toBe(0o600);
  expect(readdirSync(join(directory, 'tls'))).toEqual(['bound-service-account-signing-key.key']);
});

test('before manifests were made nothing is put there, and it is said what to run', async () => {
  rmSync(join(directory, 'openshift'), { recursive: true });
  await expect(placeInstallFiles(await archiveOf(GOOD), 'demo', directory)).rejects.toMatchObject({
    exitCode: 6,
    remedy: `Run \`openshift-install create manifests --dir ${directory}\`, then run \`sts-prep fetch demo --install-dir ${directory}\`.`,
  });
  expect(readdirSync(join(directory, 'manifests'))).toEqual([]);
});

test('a file that is a symbolic link is replaced, and what it leads to stays', async () => {
  const outside = join(root, 'outside');
  writeFileSync(outside, 'mine');
  symlinkSync(outside, join(directory, 'manifests', 'one.yaml'));
  await placeInstallFiles(await archiveOf(GOOD), 'demo', directory);
  expect(readFileSync(outside, 'utf8')).toBe('mine');
});

test('a folder that is a symbolic link is refused, before anything is written', async () => {
  mkdirSync(join(root, 'elsewhere'));
  symlinkSync(join(root, 'elsewhere'), join(directory, 'tls'));
  await expect(placeInstallFiles(await archiveOf(GOOD), 'demo', directory)).rejects.toThrow(
    'tls in it is not a directory',
  );
  expect(readdirSync(join(root, 'elsewhere'))).toEqual([]);
  expect(existsSync(join(directory, 'serviceaccount-signer.public'))).toBe(false);
});

test.each([
  ['../evil.yaml', 'climbs with ..'],
  ['/etc/evil.yaml', 'is absolute'],
  ['manifests/../../evil.yaml', 'climbs with ..'],
  ['auth/kubeconfig', 'which no run puts there'],
  ['manifests/deep/one.yaml', 'which no run puts there'],
])('an archive with %s is refused whole', async (path, why) => {
  await expect(placeInstallFiles(await archiveOf([...GOOD, path]), 'demo', directory)).rejects.toMatchObject({
    exitCode: 6,
    message: expect.stringContaining('archive of the cluster'),
  });
  await expect(placeInstallFiles(await archiveOf([...GOOD, path]), 'demo', directory)).rejects.toThrow(why);
  expect(readdirSync(join(directory, 'manifests'))).toEqual([]);
});

test('what is no archive is refused', async () => {
  await expect(placeInstallFiles(Buffer.from('text'), 'demo', directory)).rejects.toMatchObject({
    exitCode: 6,
  });
});
