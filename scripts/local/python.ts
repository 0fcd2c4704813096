import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ensureHostPython, pythonEnvironment } from './host-python.ts';
import { LOCKS, locked } from './lock.ts';
import { PROJECT, project, shared } from './paths.ts';
import { run } from './processes.ts';
import type { Progress } from './progress.ts';

/** What of Python the project has in a virtual environment of its own. */
interface PythonTool {
  readonly folder: string;
  readonly requirements: string;
  /** What there is to import when it is installed. */
  readonly module: string;
  readonly words: string;
}

const EMULATOR: PythonTool = {
  folder: 'venv',
  requirements: 'requirements-emulator.txt',
  module: 'ministack',
  words: 'the emulator',
};

/** Only tests need it, so that it is no part of the first installation. */
export const CFN_LINT: PythonTool = {
  folder: 'lint',
  requirements: 'requirements-lint.txt',
  module: 'cfnlint',
  words: 'cfn-lint',
};

/** Only tests need it. */
export const AWS_CLI: PythonTool = {
  folder: 'aws',
  requirements: 'requirements-aws.txt',
  module: 'awscli',
  words: 'the AWS CLI',
};

/** Only the proof of a cluster needs it. */
export const PROOF: PythonTool = {
  folder: 'proof',
  requirements: 'requirements-proof.txt',
  module: 'jwt',
  words: 'etcd, kubectl and PyJWT',
};

/** The Python that a tool runs on. */
export function pythonOf({ folder }: PythonTool): string {
  return shared(folder, 'bin', 'python');
}

/** The Python of the virtual environment that holds the emulator. */
export const VENV_PYTHON = pythonOf(EMULATOR);

/** A hash of the pinned requirements: an emulator of other versions is replaced. */
export function requirementsHash({ requirements }: PythonTool = EMULATOR): string {
  return createHash('sha256')
    .update(readFileSync(project(requirements)))
    .digest('hex');
}

/**
 * Sees to it that the virtual environment can be made, before anything long starts. Throws LocalError that says
 * what to install when the host lacks Python, or parts of it, and the user may not install them.
 */
export async function preparePython(progress: Progress, signal?: AbortSignal): Promise<void> {
  if (!existsSync(VENV_PYTHON) || !isStamped(EMULATOR)) await ensureHostPython(progress, signal);
}

/** Makes the virtual environment of a pinned tool, unless it is there already. */
export async function ensureVenv(
  progress: Progress,
  signal?: AbortSignal,
  tool: PythonTool = EMULATOR,
): Promise<void> {
  if (isInstalled(tool)) return;
  const installUnlessInstalled = async () => {
    if (!isInstalled(tool)) await install(tool, progress, signal);
  };
  await locked(LOCKS.venv(), installUnlessInstalled, progress, signal);
}

async function install(tool: PythonTool, progress: Progress, signal?: AbortSignal): Promise<void> {
  const { folder, requirements, words } = tool;
  const program = await ensureHostPython(progress, signal);
  progress('python', `installing ${words} into .local/${folder} (once)`);
  rmSync(shared(folder), { recursive: true, force: true });
  const env = pythonEnvironment(process.env);
  const logFile = shared('venv.log');
  await run({ program, args: ['-m', 'venv', shared(folder)], cwd: PROJECT, env, logFile, signal });
  await run({
    program: pythonOf(tool),
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
      `--requirement=${project(requirements)}`,
    ],
    cwd: PROJECT,
    env,
    logFile: shared('pip.log'),
    signal,
  });
  writeFileSync(stampOf(tool), requirementsHash(tool));
}

function isInstalled(tool: PythonTool): boolean {
  if (!isStamped(tool)) return false;
  try {
    // The host's Python may have been upgraded under the environment since.
    execFileSync(pythonOf(tool), ['-c', `import ${tool.module}`], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

function stampOf({ folder }: PythonTool): string {
  return shared(folder, 'installed-requirements.sha256');
}

function isStamped(tool: PythonTool): boolean {
  const stamp = stampOf(tool);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === requirementsHash(tool);
}
