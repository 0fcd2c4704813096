import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cleanEnvironment } from './child-environment.ts';
import { LocalError } from './local-error.ts';
import { PROJECT, shared } from './paths.ts';
import { run } from './processes.ts';
import type { Progress } from './progress.ts';

const CANDIDATES = ['chromium', 'chromium-browser', 'google-chrome'];
const MISSING = 'Chromium is missing: the pages of audits are tested in it.';
const REMEDY =
  'Install it (Debian: `sudo apt-get install chromium`; Fedora: `sudo dnf install chromium`), or set ' +
  'CHROMIUM_PATH to the executable of a Chromium or Chrome.';

/** What decides whether there is a Chromium, or can be one; tests give their own. */
export interface Host {
  readonly variables: NodeJS.ProcessEnv;
  readonly isRoot: boolean;
}

const HOST: Host = { variables: process.env, isRoot: process.getuid?.() === 0 };

/**
 * The path of a Chromium that runs: CHROMIUM_PATH, else one on PATH, else Debian's package, installed when the
 * user is root. Throws LocalError that says what to install when there is none and none can be had.
 */
export async function ensureChromium(say: Progress, host: Host = HOST): Promise<string> {
  const present = findChromium(host);
  if (present !== undefined) return present;
  if (chromiumHindrance(host) !== undefined) throw new LocalError(MISSING, REMEDY);
  await install(say, host);
  const installed = findChromium(host);
  if (installed === undefined) throw new LocalError(MISSING, `See ${shared('chromium.log')}. ${REMEDY}`);
  return installed;
}

/** Why there is no Chromium on this host and none can be installed by us, or undefined when that is not so. */
export function chromiumHindrance(host: Host = HOST): string | undefined {
  if (findChromium(host) !== undefined) return undefined;
  if (host.isRoot && onPath('apt-get', host) !== undefined) return undefined;
  return `${MISSING} ${REMEDY}`;
}

/** Arguments with which Chromium runs where it is tested: in containers, without a GPU, maybe as root. */
export function chromiumArguments({ isRoot }: Pick<Host, 'isRoot'> = HOST): string[] {
  return [
    // Chromium refuses to start its sandbox as root. It only ever opens pages that the tests made.
    ...(isRoot ? ['--no-sandbox'] : []),
    '--disable-gpu',
    // Containers often have 64 MiB of shared memory, on which a page of a large fleet crashes.
    '--disable-dev-shm-usage',
  ];
}

/** The Chromium that is there already. CHROMIUM_PATH counts alone: who sets it wants no other. */
function findChromium(host: Host): string | undefined {
  const set = host.variables['CHROMIUM_PATH'];
  if (set) {
    if (runs(set)) return set;
    throw new LocalError(`CHROMIUM_PATH is ${set}, which does not run.`, REMEDY);
  }
  return CANDIDATES.map((name) => onPath(name, host)).find((path) => path !== undefined && runs(path));
}

function onPath(name: string, { variables }: Host): string | undefined {
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

/** Whether it is a browser indeed: Ubuntu's `chromium-browser` is a script that only tells of snap. */
function runs(path: string): boolean {
  try {
    const output = execFileSync(path, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    });
    return /^(Chromium|Google Chrome)/.test(output);
  } catch {
    return false;
  }
}

async function install(say: Progress, host: Host): Promise<void> {
  say('chromium', "installing Debian's package (once)");
  const env = { ...cleanEnvironment(host.variables), DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args: readonly string[]) =>
    run({ program: 'apt-get', args, cwd: PROJECT, env, logFile: shared('chromium.log') });
  // A bare machine has no lists of packages, an old one has lists of versions that are gone.
  await aptGet('update', '--quiet');
  await aptGet(
    'install',
    '--yes',
    '--quiet',
    '--no-install-recommends',
    // Two test runs that start together: the second waits for the first, and finds nothing left to do.
    '--option=DPkg::Lock::Timeout=120',
    'chromium',
  );
}
