import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { anyFreePort } from '../../scripts/local/ports.ts';
import { commandLine } from '../../scripts/local/processes.ts';

/** A local environment that is neither the developer's nor another test's. */
const ENVIRONMENT = 'test-sts-double';
const quiet = () => undefined;

let double: typeof import('../../scripts/local/sts-double.ts');
let folder: string;

beforeAll(async () => {
  process.env['STS_PREP_ENVIRONMENT'] = ENVIRONMENT;
  // Where an environment keeps its files is known from the start of a process.
  vi.resetModules();
  double = await import('../../scripts/local/sts-double.ts');
  folder = (await import('../../scripts/local/paths.ts')).LOCAL;
  expect(folder).toContain(ENVIRONMENT);
});
afterEach(() => double.stopStsDouble());
afterAll(() => {
  delete process.env['STS_PREP_ENVIRONMENT'];
  vi.resetModules();
  rmSync(folder, { recursive: true, force: true });
});

const file = () => `${folder}/sts-double.json`;
const recorded = (): { readonly pid: number; readonly port: number; readonly identity: string } =>
  JSON.parse(readFileSync(file(), 'utf8'));

it('is one process from one command to the next, which ends with the environment', async () => {
  const address = await double.ensureStsDouble(quiet);
  const { pid } = recorded();
  await expect(double.ensureStsDouble(quiet)).resolves.toBe(address);
  expect(recorded().pid).toBe(pid);
  await double.stopStsDouble();
  expect(commandLine(pid)).toBeUndefined();
});

it('comes back where the deployed functions look for it', async () => {
  await double.ensureStsDouble(quiet);
  const { pid, identity } = recorded();
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(commandLine(pid)).toBeUndefined());
  // Where no other test's would be: its port cannot be taken by one of them meanwhile.
  const port = await anyFreePort();
  writeFileSync(file(), JSON.stringify({ pid, port, identity }));
  await expect(double.ensureStsDouble(quiet)).resolves.toBe(`http://127.0.0.1:${port}`);
  expect(recorded().pid).not.toBe(pid);
});

it('answers no token while no emulator runs', async () => {
  const address = await double.ensureStsDouble(quiet);
  const answer = await fetch(address, { method: 'POST', body: 'Action=GetCallerIdentity' });
  expect(answer.status).toBe(500);
  expect(await answer.text()).toContain('No emulator is running.');
});

it('leaves no process behind when the command is interrupted', async () => {
  const starting = double.ensureStsDouble(quiet, AbortSignal.abort());
  starting.catch(quiet);
  const { pid } = await vi.waitFor(recorded, { interval: 1 });
  await expect(starting).rejects.toThrow('aborted');
  expect(commandLine(pid)).toBeUndefined();
});

it('is not taken for another program that got its process id', async () => {
  await double.ensureStsDouble(quiet);
  const { pid, ...others } = recorded();
  const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
  await once(other, 'spawn');
  try {
    writeFileSync(file(), JSON.stringify({ ...others, pid: other.pid }));
    await double.stopStsDouble();
    expect(commandLine(other.pid ?? 0)).toBeDefined();
  } finally {
    other.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
  }
});
