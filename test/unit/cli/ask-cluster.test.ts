import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askCluster, RESOURCES, readDirectory } from '../../../cli/ask-cluster.ts';
import type { FactsName } from '../../../core/domain/cluster-check/snapshot.ts';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder('ask-cluster-');
afterAll(removeTemporaryFolders);

const NAMES = Object.keys(RESOURCES) as FactsName[];
const signal = () => new AbortController().signal;

/** A program on the path, and nothing else. */
function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

beforeEach(() => {
  vi.stubEnv('PATH', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('without oc and kubectl it is said what to do', async () => {
  await expect(askCluster(RESOURCES, {}, signal())).rejects.toMatchObject({
    exitCode: 2,
    remedy: expect.stringContaining('--files'),
  });
});

test('kubectl does where there is no oc, and is told which cluster is meant', async () => {
  program('kubectl', 'echo "$@"');
  const textOf = await askCluster(RESOURCES, { kubeconfig: 'my config', context: 'admin' }, signal());
  expect(textOf('secrets')).toBe(
    'get secrets --all-namespaces --output json --kubeconfig my config --context admin\n',
  );
});

test('what the cluster does not tell is unknown, with its reason, and all else is asked', async () => {
  program(
    'oc',
    'case "$*" in *secrets*) echo "Warning: x" >&2; echo "Error from server (Forbidden): secrets is forbidden" >&2; exit 1;; *) echo "{}";; esac',
  );
  const textOf = await askCluster(RESOURCES, {}, signal());
  const unknown = NAMES.filter((name) => typeof textOf(name) !== 'string');
  expect(unknown).toEqual(['secrets']);
  expect(textOf('secrets')).toEqual({
    unknown: 'The cluster did not tell its secrets: Error from server (Forbidden): secrets is forbidden',
  });
});

test('a directory is read by name, and what is no directory is refused', () => {
  const given = join(folder, 'given');
  mkdirSync(given);
  writeFileSync(join(given, 'pods.json'), '{}');
  expect(readDirectory(given)('pods')).toBe('{}');
  expect(readDirectory(given)('secrets')).toBeUndefined();
  expect(() => readDirectory(join(folder, 'nothing'))).toThrow('is no directory');
});
