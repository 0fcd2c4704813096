import { execFileSync } from 'node:child_process';
import { cleanEnvironment } from './child-environment.ts';
import {
  availableVersions,
  HOST,
  type Host,
  installPackages,
  mayInstall,
  updateLists,
} from './debian-packages.ts';
import { LocalError } from './local-error.ts';
import type { Progress } from './progress.ts';

/** The emulator's requirement. */
const OLDEST = [3, 10] as const;
/** Distributions whose `python3` is too old often have a newer one beside it, and packages of these names. */
const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'] as const;
const PROGRAMS = [...NAMES, 'python'] as const;

/** These make Python or pip look for packages, or put them, outside the virtual environment. */
const MISLEADING = ['PYTHONPATH', 'PYTHONHOME', 'PIP_USER', 'PIP_TARGET', 'PIP_PREFIX'];

/** A Python of the host. */
interface Python {
  readonly program: string;
  /** `major.minor`. */
  readonly version: string;
  /** Debian has the parts of the standard library that virtual environments need in a package of their own. */
  readonly makesEnvironments: boolean;
}

/**
 * A Python of the host that can make the emulator's virtual environment. What lacks is installed where the user
 * may; elsewhere throws LocalError that says what to install.
 */
export async function ensureHostPython(
  progress: Progress,
  signal?: AbortSignal,
  host: Host = HOST,
): Promise<string> {
  const present = look(host);
  if (typeof present === 'string') return present;
  const packages = mayInstall(host) ? await packagesFor(present, host, signal) : [];
  if (packages.length === 0) throw missing(present);
  progress('python', `installing ${packages.join(' and ')} (once)`);
  await installPackages(packages, host);
  const installed = look(host);
  if (typeof installed === 'string') return installed;
  throw missing(installed);
}

/** The environment that Python and pip get. */
export function pythonEnvironment(variables: NodeJS.ProcessEnv): Record<string, string> {
  const environment = cleanEnvironment(variables);
  for (const name of MISLEADING) delete environment[name];
  return environment;
}

/** Whether a version of Python can run the emulator. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The first Python that will do, or else all that there are. */
function look(host: Host): string | Python[] {
  const env = pythonEnvironment(host.variables);
  const found: Python[] = [];
  for (const program of PROGRAMS) {
    const python = examine(program, env);
    if (python === undefined) continue;
    if (isNewEnough(python.version) && python.makesEnvironments) return program;
    found.push(python);
  }
  return found;
}

function examine(program: string, env: Record<string, string>): Python | undefined {
  // Python 2 understands it, too: then the error can say that it is too old.
  const code = `import sys
sys.stdout.write("%d.%d" % sys.version_info[:2])
import ensurepip, venv
sys.stdout.write(" complete")`;
  let output: string;
  try {
    output = execFileSync(program, ['-c', code], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    // A Python that fails at the second import has said its version before.
    output = String((error as { stdout?: unknown }).stdout ?? '');
  }
  const [version = '', complete] = output.split(' ');
  return version === '' ? undefined : { program, version, makesEnvironments: complete !== undefined };
}

/** The packages that complete a Python, or bring one; none where the distribution has only old ones. */
async function packagesFor(found: readonly Python[], host: Host, signal?: AbortSignal): Promise<string[]> {
  await updateLists(host, signal);
  const incomplete = found.find(({ version }) => isNewEnough(version));
  if (incomplete !== undefined) return [completingPackage(incomplete)];
  const available = availableVersions(NAMES, host);
  const name = NAMES.find((candidate) => isNewEnough(available.get(candidate) ?? ''));
  return name === undefined ? [] : [name, `${name}-venv`];
}

/** A Python that was called by its version is completed by the package of that version. */
function completingPackage({ program }: Python): string {
  return /^python3\.\d+$/.test(program) ? `${program}-venv` : 'python3-venv';
}

function missing(found: readonly Python[]): LocalError {
  const oldest = OLDEST.join('.');
  const otherwise = 'or set AWS_ENDPOINT_URL to an AWS emulator that you run yourself.';
  const incomplete = found.find(({ version }) => isNewEnough(version));
  if (incomplete !== undefined)
    return new LocalError(
      `${incomplete.program} (${incomplete.version}) cannot make the virtual environment that the local AWS emulator ` +
        'is installed into: its venv module is not complete.',
      `As root, run \`apt-get update && apt-get install ${completingPackage(incomplete)}\` (Debian, Ubuntu), then ` +
        `run the command again; ${otherwise}`,
    );
  const versions = found.map(({ program, version }) => `${program} is ${version}`);
  return new LocalError(
    found.length === 0
      ? `Python is missing: the local AWS emulator needs Python ${oldest} or later.`
      : `The local AWS emulator needs Python ${oldest} or later (${versions.join(', ')}).`,
    'As root, run `apt-get update && apt-get install python3 python3-venv` (Debian, Ubuntu) or `dnf install python3` ' +
      `(Fedora), or run \`brew install python\` (macOS), then run the command again; ${otherwise}`,
  );
}
