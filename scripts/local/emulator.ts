import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { emulatorEnvironment } from './child-environment.ts';
import { decide, type Emulator, forgetEmulator, readEmulator, writeEmulator } from './emulator-state.ts';
import { LocalError } from './local-error.ts';
import { LOCAL, local, PROJECT } from './paths.ts';
import { anyFreePort, isPortFree } from './ports.ts';
import { commandLine, endProcessGroup, tail } from './processes.ts';
import type { Progress } from './progress.ts';
import { ensureVenv, requirementsHash, VENV_PYTHON } from './python.ts';
import type { Settings } from './settings.ts';

/** The port that AWS emulators use by custom. */
const USUAL_PORT = 4566;
const START_LIMIT_MS = 60_000;
export const EMULATOR_LOG = local('emulator.log');
/** The -X option means nothing to Python; it tells this emulator from those of test runs with the same Python. */
const ARGS = ['-X', 'sts-prep-local', '-m', 'ministack'];
/** Not below the project: functions run in there, and must find neither its packages nor its package.json. */
const DATA_PREFIX = 'sts-prep-emulator-';

/** Returns the running emulator of this project, started if need be. Half-dead remains of an older one are cleared. */
export async function ensureEmulator(
  settings: Settings,
  progress: Progress,
  signal?: AbortSignal,
): Promise<{ readonly endpoint: string; readonly isNew: boolean }> {
  const recorded = readEmulator();
  const wanted = {
    region: settings.region,
    enforceIam: settings.enforceIam,
    requirements: requirementsHash(),
  };
  const decision = decide({
    recorded: recorded !== undefined,
    processRuns: recorded !== undefined && commandLine(recorded.pid) !== undefined,
    processIsOurs: recorded !== undefined && isOurs(recorded),
    answers: recorded !== undefined && (await isHealthy(recorded.endpoint, 2)),
    settingsMatch:
      recorded !== undefined &&
      JSON.stringify(recorded.settings) === JSON.stringify(wanted) &&
      (settings.port ?? recorded.port) === recorded.port,
  });
  if (decision === 'reuse' && recorded !== undefined) {
    progress('emulator', `${recorded.endpoint} (already running)`);
    return { endpoint: recorded.endpoint, isNew: false };
  }
  // Before anything is ended for the sake of a port that cannot be had.
  if (settings.port !== undefined && settings.port !== recorded?.port)
    await choosePort(settings.port, progress);
  if (decision === 'restart')
    progress('emulator', 'the one that runs does not answer or has other settings: starting anew');
  // Also clears what one that died by itself left behind.
  await stopEmulator();
  await ensureVenv(progress, signal);
  const { endpoint } = await start(settings, wanted, progress, signal);
  return { endpoint, isNew: true };
}

/** Ends the emulator that this project started, with its functions. Returns whether there was one. */
export async function stopEmulator(): Promise<boolean> {
  const recorded = readEmulator();
  const runs = recorded !== undefined && isOurs(recorded);
  if (runs) await endProcessGroup(recorded.pid);
  forgetEmulator();
  if (recorded !== undefined && basename(recorded.data).startsWith(DATA_PREFIX))
    rmSync(recorded.data, { recursive: true, force: true, maxRetries: 3 });
  return runs;
}

/** A process id may have been given to another program since: ours runs the emulator with this project's Python. */
function isOurs({ pid }: Emulator): boolean {
  return commandLine(pid)?.startsWith([VENV_PYTHON, ...ARGS].join(' ')) ?? false;
}

async function start(
  settings: Settings,
  recorded: Emulator['settings'],
  progress: Progress,
  signal?: AbortSignal,
): Promise<Emulator> {
  const port = await choosePort(settings.port, progress);
  const endpoint = `http://127.0.0.1:${port}`;
  const data = mkdtempSync(join(tmpdir(), DATA_PREFIX));
  const log = openSync(EMULATOR_LOG, 'w');
  const child = spawn(VENV_PYTHON, ARGS, {
    cwd: LOCAL,
    env: emulatorEnvironment(settings, { port, dataDirectory: data }, process.env),
    stdio: ['ignore', log, log],
    // A group of its own: it outlives this command, and Ctrl-C does not reach it.
    detached: true,
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => undefined);
  await Promise.race([failed, sleep(0)]);
  const { pid } = child;
  if (pid === undefined) throw await failed;
  const emulator: Emulator = {
    pid,
    port,
    endpoint,
    data,
    startedAt: new Date().toISOString(),
    settings: recorded,
  };
  // Recorded before it answers, so that it can be found and ended whatever happens now.
  writeEmulator(emulator);
  const from = performance.now();
  try {
    while (!(await isHealthy(endpoint, 1))) {
      signal?.throwIfAborted();
      if (child.exitCode !== null || child.signalCode !== null)
        throw new LocalError(
          `The emulator ended while starting:\n${tail(EMULATOR_LOG)}`,
          `See ${EMULATOR_LOG}.`,
        );
      if (performance.now() - from > START_LIMIT_MS)
        throw new LocalError(
          `The emulator did not answer on ${endpoint} within ${START_LIMIT_MS / 1000} s:\n${tail(EMULATOR_LOG)}`,
          `See ${EMULATOR_LOG}.`,
        );
      await sleep(50);
    }
  } catch (error) {
    await stopEmulator();
    throw error;
  }
  child.unref();
  progress('emulator', `${endpoint} (started, log in ${relative(PROJECT, EMULATOR_LOG)})`);
  return emulator;
}

async function choosePort(fixed: number | undefined, progress: Progress): Promise<number> {
  if (fixed !== undefined) {
    if (await isPortFree(fixed)) return fixed;
    throw new LocalError(
      `Port ${fixed}, which STS_PREP_PORT asks for, is taken by another program.`,
      'End that program, choose another port, or unset STS_PREP_PORT to let a free one be found.',
    );
  }
  if (await isPortFree(USUAL_PORT)) return USUAL_PORT;
  const port = await anyFreePort();
  progress('emulator', `port ${USUAL_PORT} is taken by another program, using ${port}`);
  return port;
}

async function isHealthy(endpoint: string, tries: number): Promise<boolean> {
  for (let left = tries; left > 0; left -= 1) {
    try {
      const answer = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(3_000) });
      await answer.body?.cancel();
      if (answer.ok) return true;
    } catch {
      // Not yet, or not any more.
    }
  }
  return false;
}
