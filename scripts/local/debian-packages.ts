import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment } from './child-environment.ts';
import { LocalError } from './local-error.ts';
import { PROJECT, shared } from './paths.ts';
import { run } from './processes.ts';

/** Where a program is looked for, and who looks; tests give their own. */
export interface Host {
  readonly variables: NodeJS.ProcessEnv;
  readonly isRoot: boolean;
}

export const HOST: Host = { variables: process.env, isRoot: process.getuid?.() === 0 };

/** Another apt-get may be at work, such as that of a second test run: it is waited for. */
const LOCK_LIMIT_S = 120;

/** Whether the user may install packages of Debian, or of a distribution made from it, on this host. */
export function mayInstall(host: Host): boolean {
  return host.isRoot && onPath('apt-get', host) !== undefined;
}

/** Fetches the lists of packages: a bare machine has none, and an old one has lists of versions that are gone. */
export async function updateLists(host: Host, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + LOCK_LIMIT_S * 1000;
  for (;;) {
    try {
      return await aptGet(['update'], shared('apt-get-update.log'), host, signal);
    } catch (error) {
      signal?.throwIfAborted();
      // One source of many that fails need not be the one with what is wanted: the installation will tell.
      if (!(error instanceof LocalError) || !error.message.includes('Could not get lock')) return;
      // apt-get can wait for the lock of the packages, but not for that of the lists.
      if (performance.now() > deadline) throw error;
      await sleep(1_000, undefined, { signal });
    }
  }
}

/** Installs packages of the lists as they are. Throws LocalError with the end of apt-get's output. */
export async function installPackages(names: readonly string[], host: Host): Promise<void> {
  const options = ['--yes', '--no-install-recommends', `--option=DPkg::Lock::Timeout=${LOCK_LIMIT_S}`];
  // No signal: an installation that is ended in the middle leaves packages half configured.
  await aptGet(['install', ...options, ...names], shared(`apt-get-install-${names.join('-')}.log`), host);
}

/** The versions that can be installed, by the name of the package; what the lists lack is left out. */
export function availableVersions(names: readonly string[], host: Host): Map<string, string> {
  const env = { ...cleanEnvironment(host.variables), LC_ALL: 'C' };
  return readPolicy(execFileSync('apt-cache', ['policy', ...names], { encoding: 'utf8', env }));
}

/** Reads the candidates from what `apt-cache policy` prints. */
export function readPolicy(output: string): Map<string, string> {
  const candidates = output.matchAll(/^(\S+):\n {2}Installed: .*\n {2}Candidate: (?!\(none\))(\S+)/gm);
  return new Map([...candidates].map(([, name = '', version = '']) => [name, version]));
}

/** The path of a program on the host's path. */
export function onPath(name: string, { variables }: Pick<Host, 'variables'>): string | undefined {
  const folders = (variables['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function aptGet(args: readonly string[], logFile: string, host: Host, signal?: AbortSignal): Promise<void> {
  const env = { ...cleanEnvironment(host.variables), DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  return run({ program: 'apt-get', args: ['--quiet', ...args], cwd: PROJECT, env, logFile, signal });
}
