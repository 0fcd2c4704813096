import { execFileSync } from 'node:child_process';
import { HOST, type Host, installPackages, mayInstall, onPath, updateLists } from './debian-packages.ts';
import { LocalError } from './local-error.ts';
import type { Progress } from './progress.ts';

const CANDIDATES = ['chromium', 'chromium-browser', 'google-chrome'];
const MISSING = 'Chromium is missing: the pages of audits are tested in it.';
const REMEDY =
  'As root, run `apt-get update && apt-get install chromium` (Debian) or `dnf install chromium` (Fedora), or set ' +
  'CHROMIUM_PATH to the executable of a Chromium or Chrome.';

/**
 * The path of a Chromium that runs: CHROMIUM_PATH, else one on PATH, else Debian's package, installed when the
 * user is root. Throws LocalError that says what to install when there is none and none can be had.
 */
export async function ensureChromium(say: Progress, host: Host = HOST): Promise<string> {
  const present = findChromium(host);
  if (present !== undefined) return present;
  if (chromiumHindrance(host) !== undefined) throw new LocalError(MISSING, REMEDY);
  say('chromium', "installing Debian's package (once)");
  await updateLists(host);
  await installPackages(['chromium'], host);
  const installed = findChromium(host);
  if (installed === undefined) throw new LocalError(MISSING, REMEDY);
  return installed;
}

/** Why there is no Chromium on this host and none can be installed by us, or undefined when that is not so. */
export function chromiumHindrance(host: Host = HOST): string | undefined {
  if (findChromium(host) !== undefined) return undefined;
  if (mayInstall(host)) return undefined;
  return `${MISSING} ${REMEDY}`;
}

/**
 * Arguments with which Chromium runs where it is tested: in containers, without a GPU, maybe as root.
 *
 * @internal Tests alone start it; what there is to know of it is here.
 */
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
