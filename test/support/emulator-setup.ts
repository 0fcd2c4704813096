import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { cleanEnvironment } from '../../scripts/local/child-environment.ts';
import { anyFreePort } from '../../scripts/local/ports.ts';
import { ensureVenv, VENV_PYTHON } from '../../scripts/local/python.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of an emulator that belongs to this test run alone. */
    endpoint: string;
  }
}

const EMULATOR = fileURLToPath(new URL('emulator_state.py', import.meta.url));

/** Starts an emulator for the integration tests on a free port, and ends it with them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { endpoint, stop } = await runningEmulator();
  project.provide('endpoint', endpoint);
  return stop;
}

/** Starts an emulator of its own on a free port. */
export async function runningEmulator(): Promise<{
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}> {
  await ensureVenv((topic, text) => console.log(`${topic}: ${text}`));
  const data = mkdtempSync(join(tmpdir(), 'sts-prep-test-'));
  const port = await anyFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const log = openSync(join(data, 'emulator.log'), 'w');
  const emulator = spawn(VENV_PYTHON, [EMULATOR], {
    env: {
      ...cleanEnvironment(process.env),
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      LOG_LEVEL: 'WARNING',
      S3_DATA_DIR: join(data, 's3'),
    },
    stdio: ['ignore', log, log],
  });
  for (let waited = 0; !(await answers(endpoint)); waited += 100) {
    if (waited > 30_000 || emulator.exitCode !== null)
      throw new Error(`The emulator did not start; see ${data}/emulator.log.`);
    await sleep(100);
  }
  const stop = async () => {
    emulator.kill('SIGTERM');
    await new Promise((resolve) => {
      emulator.once('exit', resolve);
      setTimeout(resolve, 3_000).unref();
    });
    rmSync(data, { recursive: true, force: true, maxRetries: 3 });
  };
  return { endpoint, stop };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`)).ok;
  } catch {
    return false;
  }
}
