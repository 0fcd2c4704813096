import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ensureHostPython, pythonEnvironment } from './host-python.ts';
import { LOCKS, locked } from './lock.ts';
import { PROJECT, project, shared } from './paths.ts';
import { run } from './processes.ts';
import type { Progress } from './progress.ts';

const VENV = shared('venv');
const STAMP = shared('venv', 'installed-requirements.sha256');
const REQUIREMENTS = project('requirements-emulator.txt');

/** The Python of the project's own virtual environment, which holds the emulator. */
export const VENV_PYTHON = shared('venv', 'bin', 'python');

/** A hash of the pinned requirements: an emulator of other versions is replaced. */
export function requirementsHash(): string {
  return createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
}

/**
 * Sees to it that the virtual environment can be made, before anything long starts. Throws LocalError that says
 * what to install when the host lacks Python, or parts of it, and the user may not install them.
 */
export async function preparePython(progress: Progress, signal?: AbortSignal): Promise<void> {
  if (!existsSync(VENV_PYTHON) || !isStamped(requirementsHash())) await ensureHostPython(progress, signal);
}

/** Makes the virtual environment with the pinned emulator, unless it is there already. */
export async function ensureVenv(progress: Progress, signal?: AbortSignal): Promise<void> {
  const wanted = requirementsHash();
  if (isInstalled(wanted)) return;
  const installUnlessInstalled = async () => {
    if (!isInstalled(wanted)) await install(wanted, progress, signal);
  };
  await locked(LOCKS.venv(), installUnlessInstalled, progress, signal);
}

async function install(wanted: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const program = await ensureHostPython(progress, signal);
  progress('python', 'installing the emulator into .local/venv (once)');
  rmSync(VENV, { recursive: true, force: true });
  const env = pythonEnvironment(process.env);
  const logFile = shared('venv.log');
  await run({ program, args: ['-m', 'venv', VENV], cwd: PROJECT, env, logFile, signal });
  await run({
    program: VENV_PYTHON,
    args: [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-input',
      '--disable-pip-version-check',
      '--require-hashes',
      // Wheels only: building a source package would run code that no hash covers.
      '--only-binary=:all:',
      // Python compiles what it imports; compiling everything takes longer than the download.
      '--no-compile',
      `--requirement=${REQUIREMENTS}`,
    ],
    cwd: PROJECT,
    env,
    logFile: shared('pip.log'),
    signal,
  });
  writeFileSync(STAMP, wanted);
}

function isInstalled(wanted: string): boolean {
  if (!isStamped(wanted)) return false;
  try {
    // The host's Python may have been upgraded under the environment since.
    execFileSync(VENV_PYTHON, ['-c', 'import ministack'], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

function isStamped(wanted: string): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted;
}
