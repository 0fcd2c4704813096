import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOST, installPackages, mayInstall, onPath, updateLists } from '../local/debian-packages.ts';
import { LocalError } from '../local/local-error.ts';
import { shared } from '../local/paths.ts';
import { tail } from '../local/processes.ts';
import type { Progress } from '../local/progress.ts';
import { type AptSource, mirrorOf, readAptSources } from './apt-sources.ts';
import { CARRIED, CARRIED_OF_USER, carriedVariables, certificateFiles } from './carried.ts';
import { checkPermission, homeOf, PATH, runIn, unshare } from './root.ts';

/** What README names, and what any of it needs to trust a registry. */
const PACKAGES = ['nodejs', 'npm', 'python3', 'ca-certificates'];
const FOLDER = shared('fresh');
/** The ordinary user of the new Debian. */
const ORDINARY = 'user';
const NPMRC = '/etc/npmrc';
const FALLBACK_SUITE = 'bookworm';

/** A Debian release, and where it comes from. */
export interface Release {
  readonly suite: string;
  readonly mirror: AptSource;
}

/** Which Debian is made. Throws LocalError when this machine has no source for it. */
export function chooseRelease(wanted: string | undefined): Release {
  const sources = hostSources();
  const suite = wanted ?? hostSuite() ?? FALLBACK_SUITE;
  // A mirror has all releases, although this machine only asks for its own.
  const mirror = mirrorOf(sources, suite) ?? mirrorOf(sources, hostSuite() ?? '');
  if (mirror !== undefined) return { suite, mirror };
  throw new LocalError(
    `No source of packages in /etc/apt has the release ${suite}.`,
    'Name one that it has with --suite.',
  );
}

/** Throws LocalError where no Debian can be made. Installs debootstrap where it is missing. */
export async function checkAbility(progress: Progress, signal: AbortSignal): Promise<void> {
  if (!HOST.isRoot)
    throw new LocalError('Only root can make an empty Debian and enter it.', 'Run `npm run fresh` as root.');
  await checkPermission(signal);
  if (onPath('debootstrap', HOST) !== undefined) return;
  if (mayInstall(HOST)) {
    progress('debootstrap', 'installing it (once)');
    await updateLists(HOST, signal);
    await installPackages(['debootstrap'], HOST);
    return;
  }
  throw new LocalError(
    'debootstrap is missing, and there is no apt-get to install it with.',
    'Install debootstrap (Fedora: `dnf install debootstrap`), or run this on Debian.',
  );
}

/** Makes a Debian that is empty but for PACKAGES, and that finds its registries as this machine does. */
export async function makeDebian(release: Release, progress: Progress, signal: AbortSignal): Promise<string> {
  const base = join(FOLDER, `${[release.suite, ...PACKAGES].join('-')}.tar`);
  if (!existsSync(base)) await makeBase(release, base, progress, signal);
  const root = mkdtempSync(join(FOLDER, 'debian-'));
  execFileSync('tar', ['--extract', '--numeric-owner', `--directory=${root}`, `--file=${base}`]);
  // A temporary folder is closed to others, but this one becomes their root.
  chmodSync(root, 0o755);
  carry(root, release);
  return root;
}

/** Removes a Debian; anything that should still be mounted in it is left alone. */
export async function removeDebian(root: string): Promise<void> {
  for (let left = 10; ; left -= 1)
    try {
      execFileSync('rm', ['--recursive', '--force', '--one-file-system', root], { stdio: 'pipe' });
      return;
    } catch (error) {
      // After Ctrl-C the last programs in it may need a moment to end.
      if (left === 0) throw error;
      await sleep(500);
    }
}

/** The variables of this machine that the new Debian needs. */
export function debianEnvironment(): Record<string, string> {
  return { ...carriedVariables(process.env), npm_config_globalconfig: NPMRC };
}

async function makeBase(
  release: Release,
  base: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { suite, mirror } = release;
  progress('debian', `making ${suite} with ${PACKAGES.join(', ')} (once)`);
  mkdirSync(FOLDER, { recursive: true });
  const root = mkdtempSync(join(FOLDER, 'base-'));
  try {
    const logFile = join(FOLDER, 'debootstrap.log');
    const keyring = mirror.keyring === undefined ? [] : [`--keyring=${mirror.keyring}`];
    const command = ['debootstrap', '--variant=minbase', ...keyring, suite, root, mirror.uri];
    const env = { ...carriedVariables(process.env), PATH, LANG: 'C.UTF-8' };
    succeeded(await unshare(command, { env, signal, logFile }), 'debootstrap', logFile);
    carry(root, release);
    const script =
      `apt-get update && apt-get install --yes --no-install-recommends ${PACKAGES.join(' ')} && apt-get clean && ` +
      `useradd --create-home --shell /bin/sh ${ORDINARY}`;
    const packagesLog = join(FOLDER, 'packages.log');
    const environment = { ...debianEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
    const step = { user: 'root', script, environment, logFile: packagesLog };
    succeeded(await runIn(root, step, signal), 'apt-get', packagesLog);
    // What is carried may hold passwords, and is carried anew each time. A bare machine has no lists of packages.
    const left = [...CARRIED, '/var/lib/apt/lists/*', NPMRC].map((path) => `--exclude=.${path}`);
    const draft = `${base}.draft`;
    execFileSync('tar', [
      '--create',
      '--numeric-owner',
      `--directory=${root}`,
      `--file=${draft}`,
      ...left,
      '.',
    ]);
    renameSync(draft, base);
  } finally {
    await removeDebian(root);
  }
}

function succeeded(code: number, program: string, logFile: string): void {
  if (code !== 0) throw new LocalError(`${program} ended with ${code}:\n${tail(logFile)}`, `See ${logFile}.`);
}

/** Copies what says where packages come from. */
function carry(root: string, { suite }: Release): void {
  for (const path of [...CARRIED, ...certificateFiles(process.env)]) copy(path, join(root, path));
  const userConfig = process.env['npm_config_userconfig'] || join(homedir(), '.npmrc');
  copy(process.env['npm_config_globalconfig'] || NPMRC, join(root, NPMRC));
  for (const user of ['root', ORDINARY]) {
    const home = join(root, homeOf(user));
    copy(userConfig, join(home, '.npmrc'));
    for (const path of CARRIED_OF_USER) copy(join(homedir(), path), join(home, path));
  }
  const host = hostSuite();
  if (host !== undefined && host !== suite)
    for (const file of sourceFiles(join(root, 'etc/apt')))
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(host, suite));
}

/** With owner and mode; links inside a folder stay links, for their targets are carried, too. */
function copy(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  execFileSync('rm', ['--recursive', '--force', to]);
  execFileSync('cp', ['--archive', realpathSync(from), to]);
}

function hostSources(): AptSource[] {
  return sourceFiles('/etc/apt').flatMap((file) => readAptSources(file, readFileSync(file, 'utf8')));
}

function sourceFiles(apt: string): string[] {
  const folder = join(apt, 'sources.list.d');
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name))
    : [];
  return [join(apt, 'sources.list'), ...names.map((name) => join(folder, name))].filter(existsSync);
}

/** The code name of this machine's own release. */
function hostSuite(): string | undefined {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
}
