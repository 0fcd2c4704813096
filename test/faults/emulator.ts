import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../../scripts/local/child-environment.ts';
import { anyFreePort } from '../../scripts/local/ports.ts';
import { ensureVenv, VENV_PYTHON } from '../../scripts/local/python.ts';
import type { Dump } from './account-state.ts';

/** An emulator whose whole state can be kept, brought back and looked at. */
export interface FaultEmulator {
  readonly endpoint: string;
  save(name: string): Promise<void>;
  load(name: string): Promise<void>;
  dump(): Promise<Dump>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 30_000;

/** Starts an emulator of its own on a free port. */
export async function faultEmulator(): Promise<FaultEmulator> {
  await ensureVenv((topic, text) => console.error(`${topic}: ${text}`));
  const data = mkdtempSync(join(tmpdir(), 'sts-prep-faults-'));
  const port = await anyFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const log = openSync(join(data, 'emulator.log'), 'w');
  const child = spawn(VENV_PYTHON, [fileURLToPath(new URL('emulator.py', import.meta.url))], {
    env: {
      ...cleanEnvironment(process.env),
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      LOG_LEVEL: 'WARNING',
      S3_DATA_DIR: join(data, 's3'),
    },
    stdio: ['ignore', log, log],
  });
  // A process that ends, however it does, must not leave its emulator behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await answers(endpoint))) {
    if (performance.now() > deadline || child.exitCode !== null)
      throw new Error(`The emulator did not start; see ${data}/emulator.log.`);
    await sleep(100);
  }
  const post = async (path: string) => {
    const answer = await fetch(`${endpoint}/_state/${path}`, { method: 'POST' });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path}: the emulator answers ${answer.status}.`);
  };
  return {
    endpoint,
    save: (name) => post(`save/${name}`),
    load: (name) => post(`load/${name}`),
    dump: async () => (await (await fetch(`${endpoint}/_state/dump`)).json()) as Dump,
    async stop() {
      child.kill('SIGTERM');
      await new Promise((resolve) => {
        child.once('exit', resolve);
        setTimeout(resolve, 3_000).unref();
      });
      rmSync(data, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`)).ok;
  } catch {
    return false;
  }
}
