import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '../../core/util/defined.ts';
import { failureReason, isFull } from './failure-reason.ts';
import { LocalError } from './local-error.ts';

/** The command line of a process, or undefined when there is none with this id. */
export function commandLine(pid: number): string | undefined {
  try {
    const raw = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // A process that has ended but was not collected yet has an empty command line.
    return raw === '' ? undefined : raw;
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  try {
    return (
      execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

/** Ends a process group that was started with `detached`, politely first, and waits until its leader is gone. */
export async function endProcessGroup(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  for (let waited = 0; waited < 5_000 && commandLine(pid) !== undefined; waited += 50) await sleep(50);
  signal(-pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
  /** Its output goes here; the end of it is part of the error when it fails. */
  readonly logFile: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program to its end. Throws LocalError when it fails, with the cause and its remedy where they are known,
 * and the last lines of its output.
 */
export async function run(command: Command): Promise<void> {
  mkdirSync(dirname(command.logFile), { recursive: true });
  const log = openSync(command.logFile, 'w');
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', log, log],
    ...defined({ signal: command.signal }),
  });
  closeSync(log);
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once('error', (error) => reject(isMissing(error) ? missingProgram(command.program) : error));
    child.once('close', (exit, by) => resolve(exit ?? by ?? 'unknown'));
  });
  if (code !== 0) throw commandFailed(command, code);
}

function isMissing(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOENT' && error.syscall?.startsWith('spawn') === true;
}

function missingProgram(program: string): LocalError {
  return new LocalError(`The program ${program} is missing.`, 'Install it, then run the command again.');
}

function commandFailed({ program, args, cwd, env, logFile }: Command, code: number | string): LocalError {
  const output = read(logFile);
  const folders = [cwd, dirname(logFile), env['TMPDIR'] || tmpdir()];
  const reason = failureReason({ output, code, diskIsFull: folders.some(isFull) });
  const ended = `\`${[program, ...args].join(' ')}\` ended with ${code}:\n${lastLines(output)}`;
  return reason === undefined
    ? new LocalError(ended, `See ${logFile}.`)
    : new LocalError(`${reason.cause}\n\n${ended}`, `${reason.remedy} The log is ${logFile}.`);
}

/** The last lines of a log, indented. */
export function tail(file: string, lines?: number): string {
  return lastLines(read(file), lines);
}

function lastLines(output: string, lines = 30): string {
  const text = output.trimEnd();
  if (text === '') return '  (it printed nothing)';
  return text
    .split('\n')
    .slice(-lines)
    .map((line) => `  ${line}`)
    .join('\n');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
