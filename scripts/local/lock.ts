import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError } from './local-error.ts';
import { local, shared } from './paths.ts';
import { commandLine } from './processes.ts';
import type { Progress } from './progress.ts';

const WAIT_LIMIT_MS = 180_000;

/** What only one command at a time may change. */
type Locked = 'environment' | 'venv';

/** Runs work on a part of the local environment, one command at a time: two would start two emulators. */
export async function locked<Result>(
  what: Locked,
  work: () => Promise<Result>,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Result> {
  const file = what === 'venv' ? shared('venv.lock') : local(`${what}.lock`);
  mkdirSync(dirname(file), { recursive: true });
  const from = performance.now();
  let told = false;
  while (!take(file)) {
    signal?.throwIfAborted();
    if (performance.now() - from > WAIT_LIMIT_MS)
      throw new LocalError(
        `Another command has been at work on the local environment for ${WAIT_LIMIT_MS / 1000} s (process ${holder(file)}).`,
        `If that is not so, remove ${file}.`,
      );
    if (!told)
      progress('waiting', `for another command at work on the local environment (process ${holder(file)})`);
    told = true;
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  const pid = holder(file);
  // A command that was killed left its lock behind, and its number may be another program's by now.
  if (pid !== undefined && !commandLine(pid)?.includes('node')) rmSync(file, { force: true });
  // A link appears with its content, a new file without: whoever finds the lock finds its holder.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function holder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
