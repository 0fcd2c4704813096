import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { describe, expect, it, test } from 'vitest';
import { COMMANDS, objectKey } from '../../../cli/operation.ts';
import { Pace } from '../../../cli/pace.ts';
import { program } from '../../../cli/program.ts';
import { runOperation } from '../../../cli/run-operation.ts';
import { Ui } from '../../../cli/ui.ts';
import { OPERATION_NAMES, operationFacts } from '../../../core/domain/operations.ts';
import { project } from '../../../scripts/local/paths.ts';

const DEMO = project('events', 'bundles', 'demo');
const silent = new Ui({ stdout: process.stdout, stderr: process.stderr }, { json: true });

/** What a command line would do: the key of its upload, and what it says of the rest. */
async function asked(...args: string[]): Promise<unknown> {
  let result: unknown;
  const root = program(
    {
      async operation(operation, isPlan, source, options) {
        const { cluster, clusterRegion: region, release, addOn, installDir } = options;
        const addressee = { cluster, region, release, 'add-on': addOn };
        const stop = new Error('stop');
        const work = {
          ui: silent,
          pace: new Pace(),
          signal: new AbortController().signal,
          handIn: () => Promise.reject(stop),
          hints: () => [],
          withKey: false,
        };
        await runOperation(
          { operation, isPlan, source, addressee, out: 'out' },
          () => Promise.reject(stop),
          work,
        ).catch((error) => {
          if (error !== stop) throw error;
        });
        const bundle = { name: 'demo', extension: '.tgz' };
        // An audit of what is on hand uploads nothing.
        const uploads = source !== undefined || operationFacts(operation).bundle !== 'optional';
        const key = uploads ? objectKey(operation, addressee, bundle) : undefined;
        result = { key, isPlan, source, installDir };
        return 0;
      },
      async other(name, argument, { installDir }) {
        result = { name, argument, installDir };
        return 0;
      },
    },
    () => undefined,
    '1',
  );
  const quiet = (command: typeof root): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    for (const each of command.commands) quiet(each as typeof root);
  };
  quiet(root);
  await root.parseAsync(args, { from: 'user' });
  return result;
}

describe('a command line that is understood', () => {
  test.each([
    [`prepare ${DEMO}`, { key: 'prepare/demo.tgz', isPlan: false, source: DEMO }],
    [`prepare ${DEMO} --cluster a --cluster-region eu-west-1`, { key: 'prepare/eu-west-1/a.tgz' }],
    [`prepare ${DEMO} --install-dir x`, { installDir: 'x' }],
    [`upgrade ${DEMO} --cluster a --release 4.21.0`, { key: 'upgrade/a/4.21.0.tgz' }],
    [`plan upgrade ${DEMO} --cluster a --release 4.21.0`, { key: 'upgrade/a/4.21.0.tgz', isPlan: true }],
    [`prune ${DEMO} --cluster a --release 4.21.0`, { key: 'prune/a/4.21.0.tgz' }],
    [`add ${DEMO} --cluster a --add-on efs`, { key: 'add/a/efs.tgz' }],
    ['remove --cluster a --add-on efs', { key: 'remove/a/efs.tgz', source: undefined }],
    [`releases ${DEMO} --release 4.21.0`, { key: 'releases/4.21.0.tgz' }],
    [`audit ${DEMO} --cluster a --release 4.21.0`, { key: 'audit/a/4.21.0.tgz' }],
    [`delete ${DEMO}/cluster.yaml --cluster a`, { key: 'delete/a.tgz', isPlan: false }],
    [`plan delete ${DEMO}/cluster.yaml --cluster a`, { key: 'delete/a.tgz', isPlan: true }],
    ['discover', { key: 'discover/demo.tgz' }],
    ['watch demo-prepare-1', { name: 'watch', argument: 'demo-prepare-1' }],
    ['fetch demo --install-dir .', { name: 'fetch', argument: 'demo', installDir: '.' }],
    ['clusters --json', { name: 'clusters' }],
  ])('%s', async (line, expected) => {
    expect(await asked(...line.split(' '))).toMatchObject(expected);
  });
});

describe('a command line that is not', () => {
  test.each([
    ['prepare', 'missing required argument'],
    ['prepare /nowhere', 'does not exist'],
    [`prepare ${DEMO} --cluster a`, '--cluster and --cluster-region go together'],
    [`prepare ${DEMO} --cluster A/b --cluster-region eu-west-1`, 'only a-z, 0-9 and - are possible'],
    [`prepare ${DEMO} --release 4.21.0`, 'unknown option'],
    [`upgrade ${DEMO} --cluster a`, 'upgrade needs --release'],
    [`upgrade ${DEMO} --cluster a --release next`, 'a release is written like 4.21.0'],
    [`delete ${DEMO} --cluster a`, 'is not a file of YAML'],
    ['delete --cluster a', 'missing required argument'],
    ['remove --cluster a', 'remove needs --add-on'],
    ['audit --release 4.21.0', 'takes no --release without a bundle'],
    ['fetch demo', 'required option'],
    ['perpare x', 'unknown command'],
    ['plan audit', 'unknown command'],
    ['rotate-key', 'unknown command'],
    ['status --region=', 'It is empty'],
  ])('%s: %s', async (line, message) => {
    const error: Error = await asked(...line.split(' ')).then(
      () => expect.fail('understood'),
      (thrown) => thrown,
    );
    expect(error.message).toContain(message);
    expect(error instanceof CommanderError ? 2 : (error as Error & { exitCode: number }).exitCode).toBe(2);
  });
});

it('there is a command for each operation that exists', () => {
  expect(COMMANDS).toEqual(OPERATION_NAMES.filter((name) => operationFacts(name).exists && name !== 'plan'));
});

const SAMPLES: Readonly<Record<string, string>> = {
  '<directory>': DEMO,
  '[directory]': DEMO,
  '<file>': `${DEMO}/cluster.yaml`,
  '<release>': '4.21.0',
};

/** Every command of the reference with all that it says is needed. */
const documented = readFileSync(project('docs', 'client.md'), 'utf8')
  .split('\n### `sts-prep ')
  .slice(1)
  .map((section) => {
    const [synopsis = ''] = section.split('`');
    const needed = [...section.matchAll(/^- `(--[\w-]+ <[\w-]+>)`: .*\(needed\)$/gm)].map(
      ([, flags]) => flags,
    );
    return [synopsis, ...needed].join(' ').replace('<run or cluster>', '<run>');
  })
  // It asks nobody, and prints; the deployed client's tests have it.
  .filter((line) => !line.startsWith('completion'));

it('the reference has every command', () => {
  expect(documented.length).toBeGreaterThan(COMMANDS.length);
  for (const name of COMMANDS) expect(documented.some((line) => line.startsWith(name))).toBe(true);
});

test.each(documented)('as documented: sts-prep %s', async (line) => {
  const words = line.split(' ').map((word) => SAMPLES[word] ?? (/^[<[]/.test(word) ? 'a' : word));
  // An audit of a bundle names its cluster and release; without a bundle it needs nothing.
  const isAudit = line.includes('[directory]');
  expect(await asked(...words.filter((word) => !isAudit || word !== DEMO))).toBeDefined();
});
