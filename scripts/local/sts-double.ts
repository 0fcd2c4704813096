import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { cleanEnvironment } from './child-environment.ts';
import { readJson, writeJson } from './json-file.ts';
import { LocalError } from './local-error.ts';
import { getLocal } from './loopback.ts';
import { LOCAL, local, project } from './paths.ts';
import { isPortFree } from './ports.ts';
import { commandLine, endProcessGroup, tail } from './processes.ts';
import type { Progress } from './progress.ts';

/*
 * The STS that verifies tokens in front of the project's own emulator, which verifies none. It has a port of its own, which
 * the deployed functions know, so it keeps it from one command to the next; the emulator it finds by that one's record.
 */

const FILE = local('sts-double.json');
const LOG = local('sts-double.log');
const ARGS = [project('scripts', 'local', 'sts-double', 'serve.ts')];

/** Beside the emulator's, and below those that systems hand out by themselves. */
const PORTS = Array.from({ length: 100 }, (_, at) => 4_600 + at);

/** A process that has nothing to load but itself. */
const START_LIMIT_MS = 60_000;

const schema = z.object({
  pid: z.number().int().positive(),
  port: z.number().int(),
  identity: z.string(),
});
type StsDouble = Readonly<z.infer<typeof schema>>;

/**
 * Returns the address at which it answers. One that does so already is left as it is, and one that does not is started on
 * the port that it had, if that can be had, as the deployed functions know it. Throws LocalError.
 */
export async function ensureStsDouble(progress: Progress, signal?: AbortSignal): Promise<string> {
  const recorded = read();
  if (recorded !== undefined && isOurs(recorded) && (await isAnswering(recorded))) return addressOf(recorded);
  await stopStsDouble();
  for (const port of recorded === undefined ? PORTS : [recorded.port, ...PORTS]) {
    if (!(await isPortFree(port))) continue;
    const started = start(port);
    try {
      if (!(await answersInTime(started, signal))) continue;
    } catch (error) {
      await stopStsDouble();
      throw error;
    }
    started.child.unref();
    progress('sts', `${addressOf(started)} verifies tokens in front of the emulator, which verifies none`);
    return addressOf(started);
  }
  throw new LocalError(
    `The verifier of tokens cannot be started on any port from ${PORTS[0]} to ${PORTS.at(-1)}:\n${tail(LOG)}`,
    'End the programs that use these ports.',
  );
}

interface Started extends StsDouble {
  readonly child: ChildProcess;
}

function start(port: number): Started {
  const identity = randomUUID();
  mkdirSync(LOCAL, { recursive: true });
  const log = openSync(LOG, 'w');
  const child = spawn(process.execPath, ARGS, {
    cwd: LOCAL,
    env: {
      ...cleanEnvironment(process.env),
      STS_PREP_STS_PORT: String(port),
      STS_PREP_STS_IDENTITY: identity,
    },
    stdio: ['ignore', log, log],
    // It outlives this command, and Ctrl-C does not reach it.
    detached: true,
  });
  closeSync(log);
  // Its exit is looked at below; one that was never started has no process id.
  child.once('error', () => undefined);
  const started = { pid: child.pid ?? 0, port, identity };
  if (started.pid !== 0) writeJson(FILE, started);
  return { ...started, child };
}

/** False when another program was quicker to take the port. Throws LocalError when it does not come up otherwise. */
async function answersInTime(started: Started, signal: AbortSignal | undefined): Promise<boolean> {
  const { child } = started;
  const from = performance.now();
  while (!(await isAnswering(started))) {
    signal?.throwIfAborted();
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      if (/EADDRINUSE/.test(tail(LOG))) return false;
      throw new LocalError(`The verifier of tokens ended while starting:\n${tail(LOG)}`, `See ${LOG}.`);
    }
    if (performance.now() - from > START_LIMIT_MS)
      throw new LocalError(`The verifier of tokens does not answer:\n${tail(LOG)}`, `See ${LOG}.`);
    await sleep(50);
  }
  return true;
}

function addressOf({ port }: Pick<StsDouble, 'port'>): string {
  return `http://127.0.0.1:${port}`;
}

/** Ends it, if it runs. */
export async function stopStsDouble(): Promise<void> {
  const recorded = read();
  if (recorded !== undefined && isOurs(recorded)) await endProcessGroup(recorded.pid);
  rmSync(FILE, { force: true });
}

function read(): StsDouble | undefined {
  const parsed = schema.safeParse(readJson(FILE));
  return parsed.success ? parsed.data : undefined;
}

/** A process id may have been given to another program since. */
function isOurs({ pid }: StsDouble): boolean {
  return commandLine(pid)?.endsWith(ARGS.join(' ')) ?? false;
}

async function isAnswering(sts: Pick<StsDouble, 'port' | 'identity'>): Promise<boolean> {
  return (await getLocal(`${addressOf(sts)}/_sts-prep/identity`, 3_000)) === sts.identity;
}
