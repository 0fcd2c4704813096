import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { LocalError } from '../local/local-error.ts';

/**
 * Everything runs in namespaces of its own: when it ends, however it does, the kernel ends whatever it left
 * running, such as an emulator, and takes its mounts back. They are never seen outside.
 */
const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child'];

export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The shell stays, as the first process, to collect those that lost their parent. */
const ENTER = `
root=$1
shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
code=0
"$@" || code=$?
exit $code`;

/** What runs in a Debian, and as whom. */
export interface Step {
  readonly user: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** What is typed when it asks. */
  readonly input?: string;
}

/** Throws LocalError where namespaces or mounts are not permitted. */
export async function checkPermission(signal: AbortSignal): Promise<void> {
  const code = await unshare(['mount', '-t', 'tmpfs', 'none', '/mnt'], { env: { PATH }, signal });
  if (code !== 0)
    throw new LocalError(
      'This system does not permit namespaces and mounts of their own (unshare), not even to root.',
      'Run it on a machine or in a container that does, such as one started with `--privileged`.',
    );
}

/** Runs a script in a Debian and returns its exit code. */
export function runIn(root: string, step: Step, signal: AbortSignal): Promise<number> {
  const { user, script, environment, logFile, input } = step;
  // Not on the command line, which others can read: a registry's address may hold a password.
  const env = { ...environment, HOME: homeOf(user), USER: user, LOGNAME: user, LANG: 'C.UTF-8', PATH };
  const chroot = ['chroot', `--userspec=${user}:${user}`, root, 'sh', '-c', script];
  return unshare(['sh', '-eu', '-c', ENTER, 'fresh', root, ...chroot], { env, signal, logFile, input });
}

/** Where a user's files are. */
export function homeOf(user: string): string {
  return user === 'root' ? '/root' : `/home/${user}`;
}

interface Options {
  readonly env: Record<string, string>;
  readonly signal: AbortSignal;
  readonly logFile?: string;
  readonly input?: string | undefined;
}

/** Runs a program in namespaces of its own and returns its exit code. */
export async function unshare(
  command: readonly string[],
  { env, signal, logFile, input = '' }: Options,
): Promise<number> {
  if (logFile !== undefined) mkdirSync(dirname(logFile), { recursive: true });
  const log = logFile === undefined ? undefined : openSync(logFile, 'w');
  const child = spawn('unshare', [...NAMESPACES, '--', ...command], {
    env,
    stdio: ['pipe', log ?? 'ignore', log ?? 'ignore'],
    signal,
    // It ignores the polite ones while it waits.
    killSignal: 'SIGKILL',
  });
  if (log !== undefined) closeSync(log);
  // A program that reads nothing may have ended before.
  child.stdin?.on('error', () => undefined).end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
