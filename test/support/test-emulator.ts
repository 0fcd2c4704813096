import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { emulatorEnvironment } from '../../scripts/local/child-environment.ts';
import { startEmulator } from '../../scripts/local/emulator-process.ts';
import { project } from '../../scripts/local/paths.ts';
import { anyFreePort } from '../../scripts/local/ports.ts';
import { ensureVenv } from '../../scripts/local/python.ts';
import { readSettings } from '../../scripts/local/settings.ts';

/** An emulator that belongs to one test run, or one test file, alone. */
export interface TestEmulator {
  readonly endpoint: string;
  /** Ends it; what was in it is gone. */
  stop(): Promise<void>;
}

const POLITE_MS = 3_000;
const STATE = project('test', 'support', 'emulator_state.py');

/**
 * Starts an emulator on a free port; it ends with this process at the latest. The caller's environment has no
 * say in it.
 *
 * @param extensions Python files that extend it; see scripts/local/emulator.py.
 */
export async function testEmulator(...extensions: readonly string[]): Promise<TestEmulator> {
  await ensureVenv((topic, text) => console.error(`${topic}: ${text}`));
  const data = mkdtempSync(join(tmpdir(), 'sts-prep-test-'));
  const logFile = join(data, 'emulator.log');
  const clear = () => rmSync(data, { recursive: true, force: true, maxRetries: 3 });
  const started = await startEmulator({
    args: [project('scripts', 'local', 'emulator.py'), STATE, ...extensions],
    cwd: data,
    logFile,
    detached: false,
    choosePort: anyFreePort,
    environment: (port) => ({
      ...emulatorEnvironment(readSettings({}), { port, dataDirectory: data }, process.env),
      LOG_LEVEL: 'WARNING',
    }),
    // However this process ends, it must not leave its emulator behind, nor what that kept.
    started: ({ child }) =>
      process.once('exit', () => {
        child.kill('SIGKILL');
        clear();
      }),
  }).catch((error: unknown) => {
    clear();
    throw error;
  });
  return {
    endpoint: started.endpoint,
    async stop() {
      // Where Ctrl-C reached it first there is nobody to wait for.
      if (started.child.exitCode === null && started.child.signalCode === null) {
        const ended = once(started.child, 'exit');
        started.child.kill('SIGTERM');
        await Promise.race([ended, sleep(POLITE_MS, undefined, { ref: false })]);
        started.child.kill('SIGKILL');
      }
      clear();
    },
  };
}
