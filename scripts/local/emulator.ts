import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { emulatorEnvironment } from './child-environment.ts';
import { isAnswering, type StartedEmulator, startEmulator } from './emulator-process.ts';
import {
  decide,
  type Emulator,
  forgetEmulator,
  MARK,
  readEmulator,
  writeEmulator,
} from './emulator-state.ts';
import { LocalError } from './local-error.ts';
import { LOCAL, local, PROJECT, project } from './paths.ts';
import { anyFreePort, isPortFree } from './ports.ts';
import { commandLine, endProcessGroup } from './processes.ts';
import type { Progress } from './progress.ts';
import { ensureVenv, requirementsHash, VENV_PYTHON } from './python.ts';
import type { Settings } from './settings.ts';

/** The port that AWS emulators use by custom. */
const USUAL_PORT = 4566;
export const EMULATOR_LOG = local('emulator.log');
const ARGS = [...MARK, project('scripts', 'local', 'emulator.py')];
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
    answers: recorded !== undefined && (await isAnswering(recorded)),
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
  const data = mkdtempSync(join(tmpdir(), DATA_PREFIX));
  const startedAt = new Date().toISOString();
  const record = ({ pid, port, endpoint, identity }: StartedEmulator): Emulator => ({
    pid,
    port,
    endpoint,
    identity,
    data,
    startedAt,
    settings: recorded,
  });
  try {
    const started = await startEmulator({
      args: ARGS,
      cwd: LOCAL,
      logFile: EMULATOR_LOG,
      // It outlives this command, and Ctrl-C does not reach it.
      detached: true,
      choosePort: () => choosePort(settings.port, progress),
      environment: (port) => emulatorEnvironment(settings, { port, dataDirectory: data }, process.env),
      started: (emulator) => writeEmulator(record(emulator)),
      signal,
    });
    started.child.unref();
    progress('emulator', `${started.endpoint} (started, log in ${relative(PROJECT, EMULATOR_LOG)})`);
    return record(started);
  } catch (error) {
    await stopEmulator();
    rmSync(data, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
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
