import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError } from './local-error.ts';
import { getLocal } from './loopback.ts';
import { tail } from './processes.ts';
import { VENV_PYTHON } from './python.ts';

/** It takes a second; the rest is for machines that have others things to do. */
const START_LIMIT_MS = 120_000;
const ANSWER_LIMIT_MS = 3_000;
/** How often another program may be quicker to take the port that was chosen. */
const MAX_PORTS = 5;

/** One emulator to be started. */
export interface EmulatorStart {
  /** What Python runs; a script that answers for its identity as `emulator.py` does. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
  /** Whether it outlives this process, in a process group of its own. */
  readonly detached: boolean;
  /** A port that seems free. Asked again when another program takes that one first. */
  choosePort(): Promise<number>;
  environment(port: number): Record<string, string>;
  /** Told of a process before it answers, so that it can be found and ended whatever happens then. */
  started?(emulator: StartedEmulator): void;
  readonly signal?: AbortSignal | undefined;
}

export interface StartedEmulator {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly endpoint: string;
  /** What only this very process answers with. */
  readonly identity: string;
}

/**
 * Starts an emulator and waits until it answers: it, and not another one that took the port in between. Throws
 * LocalError with the end of its log when it does not come up; the process has ended then.
 */
export async function startEmulator(start: EmulatorStart): Promise<StartedEmulator> {
  for (let ports = 1; ; ports += 1) {
    const emulator = await spawnOn(await start.choosePort(), start);
    try {
      if (await answersInTime(emulator, start)) return emulator;
    } catch (error) {
      emulator.child.kill('SIGKILL');
      throw error;
    }
    const log = tail(start.logFile);
    if (ports >= MAX_PORTS || !isPortTaken(log))
      throw new LocalError(`The emulator ended while starting:\n${log}`, `See ${start.logFile}.`);
  }
}

/** Whether the emulator that was started with an identity is the one that answers at an address. */
export async function isAnswering({
  endpoint,
  identity,
}: Pick<StartedEmulator, 'endpoint' | 'identity'>): Promise<boolean> {
  return (await getLocal(`${endpoint}/_sts-prep/identity`, ANSWER_LIMIT_MS)) === identity;
}

async function spawnOn(port: number, start: EmulatorStart): Promise<StartedEmulator> {
  const identity = randomUUID();
  const log = openSync(start.logFile, 'w');
  const child = spawn(VENV_PYTHON, start.args, {
    cwd: start.cwd,
    env: { ...start.environment(port), STS_PREP_EMULATOR_IDENTITY: identity },
    stdio: ['ignore', log, log],
    detached: start.detached,
  });
  closeSync(log);
  const spawned = Promise.withResolvers<void>();
  child.once('spawn', spawned.resolve);
  child.once('error', spawned.reject);
  await spawned.promise;
  const emulator = {
    child,
    pid: child.pid as number,
    port,
    endpoint: `http://127.0.0.1:${port}`,
    identity,
  };
  start.started?.(emulator);
  return emulator;
}

/** False when the process ended before it answered. */
async function answersInTime(
  emulator: StartedEmulator,
  { signal, logFile }: EmulatorStart,
): Promise<boolean> {
  const { child, endpoint } = emulator;
  const from = performance.now();
  while (!(await isAnswering(emulator))) {
    signal?.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null) return false;
    if (performance.now() - from > START_LIMIT_MS)
      throw new LocalError(
        `The emulator did not answer on ${endpoint} within ${START_LIMIT_MS / 1_000} s:\n${tail(logFile)}`,
        `See ${logFile}.`,
      );
    await sleep(50);
  }
  return true;
}

/** The emulator's own words, and Python's, for a port that another program has. */
function isPortTaken(log: string): boolean {
  return /already in use/i.test(log);
}
