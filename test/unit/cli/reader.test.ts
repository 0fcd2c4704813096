import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { project } from '../../../scripts/local/paths.ts';

/** In the scripts that the demo is one of, and in the client itself. */
const SCRIPT = `import { main } from ${JSON.stringify(project('scripts', 'local', 'main.ts'))};
  await main({ usage: '' }, async ({ args: [stream] }) => { process[stream].write('said'); return 0; });`;
const asScript = (stream: string) => ['--input-type=module', '-e', SCRIPT, 'script', stream];
const asClient = (...args: string[]) => [project('cli', 'main.ts'), ...args];

test.each([
  ['the client', 'stdout', asClient('--help')],
  ['the client', 'stderr', asClient('nonsense')],
  ['a script', 'stdout', asScript('stdout')],
  ['a script', 'stderr', asScript('stderr')],
] as const)('%s ends without a word where nobody reads its %s', async (_, closed, args) => {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child[closed].destroy();
  const other = closed === 'stdout' ? child.stderr : child.stdout;
  const [[code], said] = await Promise.all([once(child, 'exit'), text(other)]);
  expect({ code, said }).toEqual({ code: 141, said: '' });
});

/** Linux has it. */
const FULL = '/dev/full';

test.skipIf(!existsSync(FULL))('output that cannot be written for another reason is told', () => {
  const full = openSync(FULL, 'w');
  const stdio = ['ignore' as const, full, 'pipe' as const];
  const { status, stderr } = spawnSync(process.execPath, asClient('--help'), { stdio, encoding: 'utf8' });
  closeSync(full);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Standard output cannot be written: ENOSPC.*\n$/);
});
