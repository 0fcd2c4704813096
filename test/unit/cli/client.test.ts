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
