import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emulatorEnvironment } from '../../scripts/local/child-environment.ts';
import { isAnswering, type StartedEmulator, startEmulator } from '../../scripts/local/emulator-process.ts';
import { project } from '../../scripts/local/paths.ts';
import { anyFreePort } from '../../scripts/local/ports.ts';
import { readSettings } from '../../scripts/local/settings.ts';

let folder: string;
let running: StartedEmulator[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sts-prep-start-'));
  running = [];
});
afterEach(() => {
  for (const { child } of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Starts one that chooses these ports, in this order. */
async function start(name: string, ...ports: number[]): Promise<StartedEmulator> {
  const emulator = await startEmulator({
    args: [project('scripts', 'local', 'emulator.py')],
    cwd: folder,
    logFile: join(folder, `${name}.log`),
    detached: false,
    choosePort: async () => ports.shift() ?? anyFreePort(),
    environment: (port) =>
      emulatorEnvironment(readSettings({}), { port, dataDirectory: join(folder, name) }, process.env),
    started: (process) => running.push(process),
  });
  return emulator;
}

describe('an emulator', () => {
  it('is never taken for another one that chose the same port at the same moment', async () => {
    const port = await anyFreePort();
    const both = await Promise.all([start('one', port), start('other', port)]);
    expect(both.map((emulator) => emulator.port)).toContain(port);
    expect(new Set(both.map(({ endpoint }) => endpoint)).size).toBe(2);
    for (const emulator of both) {
      expect(emulator.child.exitCode).toBeNull();
      expect(await isAnswering(emulator)).toBe(true);
    }
  });

  it('gets another port when a program that answers everything took the first one', async () => {
    const server = createServer((_, answer) => answer.end('{"status":"healthy"}')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const taken = (server.address() as AddressInfo).port;
    try {
      const emulator = await start('one', taken);
      expect(emulator.port).not.toBe(taken);
      expect(await isAnswering({ ...emulator, endpoint: `http://127.0.0.1:${taken}` })).toBe(false);
    } finally {
      server.close();
    }
  });

  it('that does not come up is an error with the end of its log, and no process stays behind', async () => {
    const starting = startEmulator({
      args: ['-c', 'raise SystemExit("no such thing")'],
      cwd: folder,
      logFile: join(folder, 'failed.log'),
      detached: false,
      choosePort: anyFreePort,
      environment: () => ({}),
      started: (process) => running.push(process),
    });
    await expect(starting).rejects.toThrow(/ended while starting:\n {2}no such thing/);
    expect(running.map(({ child }) => child.exitCode)).toEqual([1]);
  });
});
