import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { client } from '../../../cli/client.ts';
import type { Context } from '../../../cli/do.ts';
import { Pace } from '../../../cli/pace.ts';
import { Ui } from '../../../cli/ui.ts';
import { project } from '../../../scripts/local/paths.ts';
import { said } from '../../support/said.ts';

/** Runs a command line of which it is found out that it is none before anything is asked. */
async function ended(args: readonly string[]) {
  const { streams, text } = said();
  const ui = new Ui(streams, { json: args.includes('--json'), calledAs: 'npm run demo --' });
  const code = await client(args, ui, new AbortController().signal, async () => context);
  return { code, ...text };
}

const nobody = () => Promise.reject(new Error('Nobody is asked.'));
const context: Context = {
  deploymentOf: nobody,
  handIn: nobody,
  pace: new Pace(),
  calledAs: '',
  withKey: false,
};

const HELP = '`npm run demo -- <command> --help` says more.';

test.each([
  ['staus', "unknown command 'staus'\n(Did you mean status?)", HELP],
  ['status --foo', "unknown option '--foo'", HELP],
  ['status x', "too many arguments for 'status'. Expected 0 arguments but got 1: x.", HELP],
  ['prepare', "missing required argument 'directory'", HELP],
  ['fetch demo', "required option '--install-dir <directory>' not specified", HELP],
  ['remove --cluster a', 'remove needs --add-on.', 'See `npm run demo -- remove --help`.'],
])('%s is not understood, which people and programs are told alike', async (line, message, remedy) => {
  const told = { code: 2, stderr: `${message}\n\n${remedy}\n` };
  expect(await ended(line.split(' '))).toEqual({ ...told, stdout: '' });
  const { stdout, ...rest } = await ended([...line.split(' '), '--json']);
  expect(rest).toEqual(told);
  expect(JSON.parse(stdout)).toEqual({ event: 'error', message, remedy });
});

/** Runs a command line whose deployment cannot be told for a reason. */
async function failing(error: Error) {
  const { streams, text } = said();
  const deploymentOf = () => Promise.reject(error);
  const signal = new AbortController().signal;
  const code = await client(['clusters'], new Ui(streams), signal, async () => ({
    ...context,
    deploymentOf,
  }));
  return { code, ...text };
}

test.each([
  ['ENOTDIR', { path: '/x/out/demo' }],
  ['EACCES', { path: '/x/out/demo' }],
  ['ENOSPC', {}],
])('what the caller’s own disk refuses (%s) is not told of AWS', async (code, more) => {
  const told = await failing(Object.assign(new Error(`${code}: no`), { code, ...more }));
  expect(told).toMatchObject({ code: 1, stdout: '' });
  expect(told.stderr).toContain(`${code}: no\n\nName a file or directory that you may use`);
});

test.each([
  ['ECONNREFUSED', { address: '127.0.0.1', port: 1 }, 'AWS_ENDPOINT_URL'],
  ['ERR_INVALID_URL', { input: 'nonsense', message: 'Invalid URL' }, 'AWS_ENDPOINT_URL'],
])('an AWS that is not reached (%s) is told with what to look at', async (code, more, remedy) => {
  const told = await failing(Object.assign(new Error(code), { code, ...more }));
  expect(told.code).toBe(5);
  expect(told.stderr).toContain(remedy);
});

test('the page of the client has every event that programs are told', () => {
  const events = readdirSync(project('cli'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(project('cli', file), 'utf8').matchAll(/\bevent: (.*)/g)])
    .flatMap(([, value = '']) => [...value.matchAll(/'([a-z-]+)'/g)].map(([, event = '']) => event));
  const [list = ''] =
    /each with\san `event`:[^.]*\./.exec(readFileSync(project('docs', 'client.md'), 'utf8')) ?? [];
  const documented = [...list.matchAll(/`([a-z-]+)`/g)].map(([, event]) => event).slice(1);
  expect(documented.sort()).toEqual([...new Set(events)].sort());
});
