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
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { fetchAudit, fetchResults } from '../../../cli/results.ts';

const s3 = mockClient(S3Client);
// Files share a process, and others ask a server.
afterAll(() => s3.restore());
const client = new S3Client({ region: 'us-east-1' });
let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'results-test-'));
});
afterEach(() => rmSync(out, { recursive: true }));

function bucketHolds(keys: readonly string[]): void {
  s3.reset();
  s3.on(ListObjectsV2Command).callsFake(({ Prefix }: { Prefix: string }) => ({
    Contents: keys.filter((key) => key.startsWith(Prefix)).map((Key) => ({ Key })),
  }));
  s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => ({
    Body: { transformToByteArray: async () => Buffer.from(`content of ${Key}`) },
  }));
}

const KEY = 'install/tls/bound-service-account-signing-key.key';
const run = { id: 'run-2', cluster: 'prod', succeeded: true };

test('the cluster’s files and this run’s are fetched, and nobody else can read them', async () => {
  bucketHolds([
    'clusters/prod/cluster.json',
    'clusters/prod/install.tar.gz',
    `clusters/prod/${KEY}`,
    'clusters/prod/lock',
    'clusters/prod/runs/run-1/report.md',
    'clusters/prod/runs/run-2/report.md',
    'clusters/prod-east/cluster.json',
  ]);
  const results = await fetchResults(client, 'output', run, out);
  expect(results.directory).toBe(join(out, 'prod'));
  expect([...results.files].sort()).toEqual(
    ['cluster.json', 'install.tar.gz', KEY, 'runs/run-2/report.md'].sort(),
  );
  expect(results.report?.markdown).toBe('content of clusters/prod/runs/run-2/report.md');
  expect(statSync(join(out, 'prod', KEY)).mode & 0o777).toBe(0o600);
});

test('install files of an earlier fetch that are no more do not stay; reports do', async () => {
  const before = ['clusters/prod/install/manifests/old.yaml', 'clusters/prod/runs/run-1/report.md'];
  bucketHolds(before);
  await fetchResults(client, 'output', { ...run, id: 'run-1' }, out);
  bucketHolds(['clusters/prod/install/manifests/new.yaml']);
  const results = await fetchResults(client, 'output', run, out);
  expect(existsSync(join(out, 'prod', 'install', 'manifests', 'old.yaml'))).toBe(false);
  expect(readFileSync(join(out, 'prod', 'runs', 'run-1', 'report.md'), 'utf8')).toContain('run-1');
  expect(results.report).toBeUndefined();
});

const NEXT = 'upgrades/4.21.0/manifests/snapshots.yaml';
const upgrade = { ...run, upgradeTo: '4.21.0' };

test.each([
  ['an upgrade', upgrade, [NEXT]],
  ['an upgrade that failed', { ...upgrade, succeeded: false }, []],
  ['an upgrade to another release', { ...upgrade, upgradeTo: '4.22.0' }, []],
  ['any other run', run, []],
])('after %s: what it has for the cluster', async (_, finished, expected) => {
  bucketHolds([`clusters/prod/${NEXT}`, 'clusters/prod/upgrades/4.21.0-rc.1/manifests/snapshots.yaml']);
  const results = await fetchResults(client, 'output', finished, out);
  expect(results.files).toEqual(expected);
});

test('files of an upgrade stay until the same upgrade has them no more', async () => {
  const path = join(out, 'prod', NEXT);
  bucketHolds([`clusters/prod/${NEXT}`]);
  await fetchResults(client, 'output', upgrade, out);
  bucketHolds([]);
  await fetchResults(client, 'output', { ...run, id: 'run-3' }, out);
  await fetchResults(client, 'output', { ...upgrade, id: 'run-4', upgradeTo: '4.22.0' }, out);
  expect(existsSync(path)).toBe(true);
  await fetchResults(client, 'output', { ...upgrade, id: 'run-5' }, out);
  expect(existsSync(path)).toBe(false);
});

test('of an audit its report is fetched, in a folder of its own', async () => {
  const forms = ['report.html', 'report.json', 'report.md'];
  bucketHolds([
    ...forms.map((file) => `audits/runs/audit-1/${file}`),
    'audits/runs/audit-1/clusters/prod.json',
    'audits/runs/audit-10/report.md',
    'audits/latest/report.md',
  ]);
  const results = await fetchAudit(client, 'output', 'audit-1', out);
  const directory = join(out, 'audits', 'audit-1');
  expect(results).toEqual({
    directory,
    files: forms,
    report: { path: join(directory, 'report.md'), markdown: 'content of audits/runs/audit-1/report.md' },
    page: join(directory, 'report.html'),
  });
});

test('an audit that came to no report has none', async () => {
  bucketHolds(['audits/runs/audit-1/releases.json']);
  const results = await fetchAudit(client, 'output', 'audit-1', out);
  expect(results).toMatchObject({ files: [], report: undefined, page: undefined });
});

test('of a run that failed only its own files are fetched: what is installed is an earlier run’s', async () => {
  bucketHolds(['clusters/prod/cluster.json', `clusters/prod/${KEY}`, 'clusters/prod/runs/run-2/report.md']);
  const results = await fetchResults(client, 'output', { ...run, succeeded: false }, out);
  expect(results.files).toEqual(['runs/run-2/report.md']);
});

test('a bundle that was refused before it named its cluster has its report elsewhere', async () => {
  bucketHolds(['rejected/run-2/report.md', 'clusters/prod/cluster.json']);
  const results = await fetchResults(
    client,
    'output',
    { id: 'run-2', cluster: undefined, succeeded: false },
    out,
  );
  expect(results.files).toEqual(['run-2/report.md']);
  expect(results.report?.path).toBe(join(out, 'rejected', 'run-2', 'report.md'));
});

test('a name that leads out of the folder is refused', async () => {
  bucketHolds(['clusters/prod/install/../../../evil']);
  await expect(fetchResults(client, 'output', run, out)).rejects.toThrow('not a file name');
});

test('what holds the private key stays where it is, where whoever follows the run does not ask for it', async () => {
  bucketHolds(['clusters/prod/cluster.json', 'clusters/prod/install.tar.gz', `clusters/prod/${KEY}`]);
  const results = await fetchResults(client, 'output', { ...run, leavesKey: true }, out);
  expect(results.files).toEqual(['cluster.json']);
});

test('what holds the private key, and an earlier call fetched, stays as long as it is in the bucket', async () => {
  const holdKey = ['install.tar.gz', KEY];
  const isThere = () => holdKey.map((file) => existsSync(join(out, 'prod', file)));
  bucketHolds(['cluster.json', ...holdKey].map((file) => `clusters/prod/${file}`));
  await fetchResults(client, 'output', run, out);
  for (const id of ['run-3', 'run-4']) {
    await fetchResults(client, 'output', { ...run, id, leavesKey: true }, out);
    expect(isThere()).toEqual([true, true]);
  }
  bucketHolds(['clusters/prod/cluster.json', `clusters/prod/${KEY}`]);
  await fetchResults(client, 'output', { ...run, id: 'run-5', leavesKey: true }, out);
  expect(isThere()).toEqual([false, true]);
});

test('nothing is written to where a symbolic link leads', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'results-test-'));
  try {
    mkdirSync(join(out, 'prod'));
    symlinkSync(elsewhere, join(out, 'prod', 'runs'));
    symlinkSync(join(elsewhere, 'mine'), join(out, 'prod', 'cluster.json'));
    writeFileSync(join(elsewhere, 'mine'), 'mine');
    bucketHolds(['clusters/prod/cluster.json']);
    await fetchResults(client, 'output', run, out);
    bucketHolds(['clusters/prod/runs/run-2/report.md']);
    await expect(fetchResults(client, 'output', run, out)).rejects.toThrow('runs is not a directory');
    expect(readdirSync(elsewhere)).toEqual(['mine']);
    expect(readFileSync(join(elsewhere, 'mine'), 'utf8')).toBe('mine');
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});
