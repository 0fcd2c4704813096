import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cleanEnvironment } from './child-environment.ts';
import { LocalError } from './local-error.ts';
import { LOCKS, locked } from './lock.ts';
import { PROJECT, project, shared } from './paths.ts';
import { run } from './processes.ts';
import type { Progress } from './progress.ts';

const VENV = shared('venv');
const STAMP = shared('venv', 'installed-requirements.sha256');
const REQUIREMENTS = project('requirements-emulator.txt');
const OLDEST = [3, 10] as const;
/** Distributions whose `python3` is too old often have a newer one beside it. */
const CANDIDATES = [
  'python3',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python',
];

/** These make Python or pip look for packages, or put them, outside the virtual environment. */
const MISLEADING = ['PYTHONPATH', 'PYTHONHOME', 'PIP_USER', 'PIP_TARGET', 'PIP_PREFIX'];

/** The Python of the project's own virtual environment, which holds the emulator. */
export const VENV_PYTHON = shared('venv', 'bin', 'python');

/** A hash of the pinned requirements: an emulator of other versions is replaced. */
export function requirementsHash(): string {
  return createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
}

/**
 * Makes the virtual environment with the pinned emulator, unless it is there already. Throws LocalError that
 * says what to install when the host lacks Python or its venv module.
 */
export async function ensureVenv(progress: Progress, signal?: AbortSignal): Promise<void> {
  const wanted = requirementsHash();
  if (isInstalled(wanted)) return;
  const installUnlessInstalled = async () => {
    if (!isInstalled(wanted)) await install(wanted, progress, signal);
  };
  await locked(LOCKS.venv(), installUnlessInstalled, progress, signal);
}

async function install(wanted: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  progress('python', 'installing the emulator into .local/venv (once)');
  rmSync(VENV, { recursive: true, force: true });
  const env = cleanEnvironment(process.env);
  for (const name of MISLEADING) delete env[name];
  const python = findPython(env);
  await makeVenv(python, env, signal);
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
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== wanted) return false;
  try {
    // The host's Python may have been upgraded under the environment since.
    execFileSync(VENV_PYTHON, ['-c', 'import ministack'], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

function findPython(env: Record<string, string>): string {
  const found: string[] = [];
  for (const name of CANDIDATES) {
    const version = pythonVersion(name, env);
    if (version === undefined) continue;
    if (isNewEnough(version)) return name;
    found.push(`${name} is ${version}`);
  }
  const oldest = OLDEST.join('.');
  throw new LocalError(
    found.length === 0
      ? `Python is missing: the local AWS emulator needs Python ${oldest} or later.`
      : `The local AWS emulator needs Python ${oldest} or later (${found.join(', ')}).`,
    'Install it (Debian, Ubuntu: `sudo apt-get install python3 python3-venv`; Fedora: `sudo dnf install python3`; ' +
      'macOS: `brew install python`), or set AWS_ENDPOINT_URL to an AWS emulator that you run yourself.',
  );
}

function pythonVersion(name: string, env: Record<string, string>): string | undefined {
  try {
    const code = 'import sys; print("%d.%d" % sys.version_info[:2])';
    return execFileSync(name, ['-c', code], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** Whether a `major.minor` version of Python can run the emulator. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

async function makeVenv(python: string, env: Record<string, string>, signal?: AbortSignal): Promise<void> {
  const logFile = shared('venv.log');
  try {
    await run({ program: python, args: ['-m', 'venv', VENV], cwd: PROJECT, env, logFile, signal });
  } catch (error) {
    rmSync(VENV, { recursive: true, force: true });
    if (!isVenvMissing(existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')) throw error;
    throw new LocalError(
      `${python} cannot make virtual environments: its venv module is not complete.`,
      'Install it (Debian, Ubuntu: `sudo apt-get install python3-venv`), then run the command again.',
    );
  }
}

/** Whether the output of `python -m venv` says that the module, or the pip it installs, is not there. */
export function isVenvMissing(output: string): boolean {
  return /ensurepip|No module named '?venv/.test(output);
}
