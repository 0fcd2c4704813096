import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { anyFreePort, isPortFree } from '../../../scripts/local/ports.ts';
import { commandLine, endProcessGroup, run } from '../../../scripts/local/processes.ts';
import { patience } from '../../support/patience.ts';

const directory = mkdtempSync(join(tmpdir(), 'processes-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

const command = (code: string) => ({
  program: process.execPath,
  args: ['-e', code],
  cwd: directory,
  env: {},
  logFile: join(directory, 'log'),
});

test('the command line of a process is known while it runs', () => {
  expect(commandLine(process.pid)).toMatch(/node|vitest/);
  expect(commandLine(2 ** 22 + 1)).toBeUndefined();
});

test('a program that fails is told with the end of its output', async () => {
  await expect(run(command('console.log("out"); console.error("why"); process.exit(3)'))).rejects.toThrow(
    /ended with 3:\n {2}out\n {2}why/,
  );
  await expect(run(command(''))).resolves.toBeUndefined();
});

test('a program that fails for a known cause is told with it, its remedy and its log', async () => {
  const failing = run(command('console.log("No space left on device"); process.exit(1)'));
  await expect(failing).rejects.toMatchObject({
    message: expect.stringMatching(/^The disk is full\.\n\n`.*` ended with 1:\n {2}No space left/s),
    remedy: expect.stringMatching(/^Make room .* The log is .*log\.$/),
  });
});

test('a program that says nothing, and one that is not there', async () => {
  await expect(run(command('process.exit(1)'))).rejects.toThrow(/ended with 1:\n {2}\(it printed nothing\)$/);
  await expect(run({ ...command(''), program: 'no-such-program' })).rejects.toThrow(
    'The program no-such-program is missing.',
  );
});

test('a process group is ended whole, and a second time is no error', async () => {
  const sleep = 'setTimeout(() => {}, 60_000)';
  const code = `const { spawn } = require('node:child_process');
    console.log(spawn(process.execPath, ['-e', ${JSON.stringify(sleep)}]).pid); ${sleep}`;
  const leader = spawn(process.execPath, ['-e', code], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output] = await once(leader.stdout, 'data');
  const { pid = 0 } = leader;
  const member = Number(output);
  expect(commandLine(member)).toBeDefined();
  await endProcessGroup(pid);
  await expect
    .poll(() => [commandLine(pid), commandLine(member)], { timeout: patience(20_000) })
    .toEqual([undefined, undefined]);
  await endProcessGroup(pid);
});

test('a port that any program listens on is not free', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await isPortFree(port)).toBe(false);
  server.close();
  await once(server, 'close');
  expect(await isPortFree(port)).toBe(true);
  expect(await isPortFree(await anyFreePort())).toBe(true);
});
