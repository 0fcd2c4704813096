import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchResults } from '../../../scripts/local/results.ts';

const s3 = mockClient(S3Client);
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
