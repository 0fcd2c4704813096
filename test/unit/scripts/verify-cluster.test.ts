import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLUSTER_CHECKS } from '../../../core/domain/cluster-check/report.ts';
import { FACTS_NAMES, type FactsName } from '../../../core/domain/cluster-check/snapshot.ts';
import { project } from '../../../scripts/local/paths.ts';
import { readVerifyArguments } from '../../../scripts/verify-cluster/arguments.ts';
import { reduce, verifyDirectories } from '../../../scripts/verify-cluster/run.ts';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder.ts';
import { CREDENTIALS, GOOD, listOf, secretOf } from '../../support/verified-cluster.ts';

const folder = temporaryFolder('verify-cluster-');
afterAll(removeTemporaryFolders);

const cluster = join(folder, 'cluster');
const prepared = join(folder, 'prepared');

const SAMPLES = project('test', 'unit', 'storage', 'samples');
const sample = (...path: string[]) => JSON.parse(readFileSync(join(SAMPLES, ...path), 'utf8'));

function write(name: FactsName, text: string) {
  writeFileSync(join(cluster, `${name}.json`), text);
}

beforeAll(() => {
  mkdirSync(cluster);
  mkdirSync(prepared);
});

/** The stored samples, of one role; the release's other upgrades and the digest are not what is tried here. */
beforeEach(() => {
  const entry = sample('registryEntry', '2-of-a-cluster-with-an-add-on.json');
  const { desired: _, ...lastRun } = entry.lastRun;
  writeFileSync(join(prepared, 'cluster.json'), JSON.stringify({ ...entry, lastRun }));
  writeFileSync(
    join(prepared, 'desired.json'),
    JSON.stringify(sample('desiredState', '2-of-a-prune-with-an-add-on.json')),
  );
  rmSync(join(prepared, 'audit.json'), { force: true });
  for (const name of FACTS_NAMES) write(name, JSON.stringify(GOOD[name]));
});

const verify = (json = false) =>
  verifyDirectories({ does: 'verify', cluster, prepared, json }, new Date('2026-11-27T00:00:00Z'));

describe('two directories', () => {
  test('are compared by the records as they are stored', () => {
    const { output, code } = verify(true);
    const report = JSON.parse(output);
    expect(report).toMatchObject({ version: 1, cluster: 'demo', at: '2026-11-27T00:00:00.000Z' });
    const ingress = report.results.filter(({ subject }: { subject: string }) => subject.includes('ingress'));
    expect(ingress.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'verified',
      'verified',
      'verified',
      'verified',
    ]);
    expect(code).toBe({ verified: 0, findings: 1, unknown: 3 }[report.outcome as string]);
  });

  test('give 3 where a file is missing and nothing else is wrong, and 1 where something is', () => {
    const before = verify().code;
    rmSync(join(cluster, 'pods.json'));
    expect([before, verify().code]).toEqual([0, 3]);
    write('secrets', JSON.stringify(listOf()));
    expect(verify().code).toBe(1);
  });

  test('with whole Secrets are told of, and reduced ones are not', () => {
    expect(verify().warning).toContain('Delete it');
    write('secrets', reduce('secrets', JSON.stringify(listOf(secretOf(CREDENTIALS)))));
    expect(verify().warning).toBeUndefined();
    expect(readFileSync(join(cluster, 'secrets.json'), 'utf8')).not.toContain('data');
  });

  test.each<[string, string, string, RegExp]>([
    ['no registry entry', 'cluster.json', '', /not JSON/],
    ['another desired state', 'desired.json', '{}', /desired.json/],
    ['an audit that is none', 'audit.json', '[]', /audit/],
  ])('with %s are refused', (_, name, text, message) => {
    writeFileSync(join(prepared, name), text);
    expect(() => verify()).toThrow(message);
  });

  test('with the desired state of another run are refused', () => {
    const entry = JSON.parse(readFileSync(join(prepared, 'cluster.json'), 'utf8'));
    entry.lastRun.desired = '0'.repeat(64);
    writeFileSync(join(prepared, 'cluster.json'), JSON.stringify(entry));
    expect(() => verify()).toThrow(/not what was written/);
  });
});

describe('the page for operators', () => {
  const page = readFileSync(project('docs', 'verify-cluster.md'), 'utf8');

  test('has one command for each file, which reduces what oc prints before it touches the disk', () => {
    const commands = page.split('\n').filter((line) => line.startsWith('oc get '));
    expect(commands.map((line) => line.split('| reduce ')[1])).toEqual(FACTS_NAMES);
    expect(commands.filter((line) => !line.includes(' -o json | reduce '))).toEqual([]);
  });

  test('names every check', () => {
    expect(Object.keys(CLUSTER_CHECKS).filter((check) => !page.includes(`| \`${check}\` |`))).toEqual([]);
  });
});

describe('the command line', () => {
  test.each([[[]], [['a']], [['a', 'b', '--prepared', 'c']], [['--reduce', 'nodes']], [['--what']]])(
    '%j is not understood',
    (args) => {
      expect(() => readVerifyArguments(args)).toThrow();
    },
  );

  test('reduces standard input, for somebody who is in another folder', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [project('scripts', 'verify-cluster.ts'), '--reduce', 'secrets'],
      { cwd: project(), input: JSON.stringify(GOOD.secrets), encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      reduced: 'secrets',
      items: [{ hasAccessKey: false, saysMore: false }],
    });
    expect(() => reduce('pods', 'error: forbidden')).toThrow(/Standard input/);
  });
});
