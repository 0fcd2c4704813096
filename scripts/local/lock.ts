import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { local, shared } from './paths.ts';
import { commandLine } from './processes.ts';
import type { Progress } from './progress.ts';

/** What only one command at a time may do: the file that says who does it. */
export const LOCKS = {
  environment: () => local('environment.lock'),
  venv: () => shared('venv.lock'),
  /** Commands of several checkouts may use one emulator. */
  upload: (endpoint: string) =>
    join(
      tmpdir(),
      `sts-prep-upload-${createHash('sha256').update(endpoint).digest('hex').slice(0, 16)}.lock`,
    ),
} as const;

const POLL_MS = 100;

/** Does work that one command at a time may do; waits, and says so, as long as the process that does it lives. */
export async function locked<Result>(
  file: string,
  work: () => Promise<Result>,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Result> {
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !take(file); told = true) {
    signal?.throwIfAborted();
    if (!told)
      progress('waiting', `for another command (process ${holder(file)}; if that is none, remove ${file})`);
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  const pid = holder(file);
  if (pid !== undefined && !isAtWork(pid)) removeStale(file, pid);
  // A link appears with its content, a new file without: whoever finds the lock finds its holder.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    return link(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A command that was killed left its lock behind, and its number may be another program's by now. */
function isAtWork(pid: number): boolean {
  return commandLine(pid)?.includes('node') ?? false;
}

/** Of two that find the same stale lock, the slower one must not take away the lock that the other took since. */
function removeStale(file: string, pid: number): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (holder(aside) !== pid) link(aside, file);
  rmSync(aside, { force: true });
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
