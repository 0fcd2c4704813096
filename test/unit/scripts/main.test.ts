import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { MARK } from '../../../scripts/local/emulator-state.ts';
import { keepsRunning } from '../../../scripts/local/keeps-running.ts';
import { project } from '../../../scripts/local/paths.ts';

const MAIN = JSON.stringify(project('scripts', 'local', 'main.ts'));

/** A script of its own process, for it sets the exit code and hears signals. */
function script(body: string, more = ''): ChildProcessByStdio<null, Readable, Readable> {
  const code = `import { setTimeout } from 'node:timers/promises';
    import { main, UsageError } from ${MAIN};
    await main({ usage: 'Usage: npm run it\\nand so on', ${more} }, async ({ args, signal }) => { ${body} });`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ReturnType<typeof script>) {
  const [[code], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  return { code, stderr };
}

describe('a script', () => {
  test('that is interrupted tells what is left behind', async () => {
    const child = script(
      "console.log('ready'); await setTimeout(60_000, undefined, { signal });",
      "leftBehind: () => 'It keeps running.'",
    );
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await ended(child)).toEqual({ code: 130, stderr: '\nInterrupted. It keeps running.\n' });
  });

  test('that finds the disk full says so, without a stack', async () => {
    const child = script(
      `throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });`,
    );
    const { code, stderr } = await ended(child);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\nThe disk is full\. \(ENOSPC.*\n\nMake room .*\n$/);
  });

  test('that is called in a wrong way shows how it is called', async () => {
    expect(await ended(script("throw new UsageError('What?');"))).toEqual({
      code: 2,
      stderr: 'What?\n\nUsage: npm run it\nMore with --help.\n',
    });
  });
});

test('an emulator keeps running as long as its process does, and no other is taken for it', async () => {
  const endpoint = 'http://127.0.0.1:4566';
  const emulator = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', '--', ...MARK]);
  await once(emulator, 'spawn');
  const { pid = 0 } = emulator;
  expect(keepsRunning({ pid, endpoint })).toBe(
    `The local environment keeps running (${endpoint}); \`npm run local:down\` stops it.`,
  );
  emulator.kill('SIGKILL');
  await once(emulator, 'close');
  expect(keepsRunning({ pid, endpoint })).toBeUndefined();
  expect(keepsRunning({ pid: process.pid, endpoint })).toBeUndefined();
});
