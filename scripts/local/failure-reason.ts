import { statfsSync } from 'node:fs';

/** Why a command failed, in a sentence, and what can be done about it. */
export interface FailureReason {
  readonly cause: string;
  readonly remedy: string;
}

/** What a command that failed left behind. */
export interface Failure {
  /** Its whole output, which is empty when the disk was full from the start. */
  readonly output: string;
  /** Exit code, or the signal that ended it. */
  readonly code: number | string;
  /** Whether there is no room now where it wrote to; see `isFull`. */
  readonly diskIsFull: boolean;
}

const NEXT = 'then run the command again.';
/** Less than any of our commands can end well with. */
const FULL_BELOW = 1024 * 1024;

/** The first that fits is the cause; those below it are what else the command says because of it. */
const SIGNS: readonly (readonly [RegExp, (match: RegExpExecArray) => FailureReason])[] = [
  [/No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/, () => DISK_FULL],
  [
    /\[Errno 13\] Permission denied: '([^']+)'|EACCES: permission denied, \w+ '([^']+)'/,
    ([, python, node]) => ({
      cause: `You may not write to ${python ?? node}.`,
      remedy: `Make it yours (\`sudo chown -R "$(id -un)" <folder>\`; it may be root's since a command ran as root), ${NEXT}`,
    }),
  ],
  [
    /Cannot find (?:module|package) '([^']+)'|The package "(@esbuild\/[^"]+)" could not be found/,
    ([, missing, esbuild]) => ({
      cause: `A package of the project is missing (${missing ?? esbuild}).`,
      remedy: `Run \`npm ci\`, ${NEXT}`,
    }),
  ],
  [
    /ProxyError|Tunnel connection failed/,
    () => ({
      cause: 'The proxy to the Python package index does not answer, or refuses.',
      remedy: `Check HTTPS_PROXY and NO_PROXY, and \`pip config list\`, ${NEXT}`,
    }),
  ],
  [
    /CERTIFICATE_VERIFY_FAILED/,
    () => ({
      cause:
        'The certificate of the Python package index is not trusted; a company’s proxy may have put in its own.',
      remedy: `Set PIP_CERT to a file with the certificate of that authority, ${NEXT}`,
    }),
  ],
  [
    /after connection broken by .*?(Name or service not known|Temporary failure in name resolution|Connection refused|No route to host|Network is unreachable|timed out|nodename nor servname)/i,
    ([, how = '']) => ({
      cause: `The Python package index is not reached (${how}).`,
      remedy: `Check the network, and HTTPS_PROXY or PIP_INDEX_URL where there is a proxy or an index of your own, ${NEXT}`,
    }),
  ],
  [
    /is not a trusted or secure host/,
    () => ({
      cause: 'The Python package index that PIP_INDEX_URL or pip’s configuration names is not of HTTPS.',
      remedy: `Give its https address, or set PIP_TRUSTED_HOST to its host, ${NEXT}`,
    }),
  ],
  [
    /No matching distribution found for (\S+)/,
    ([, wanted = '']) => ({
      cause: `The Python package index does not have ${wanted}, does not let you have it, or is not reached.`,
      remedy: `See with \`pip config list\` and in PIP_INDEX_URL which index it is; name one that has it, ${NEXT}`,
    }),
  ],
  [
    /DO NOT MATCH THE HASHES/,
    () => ({
      cause: 'The Python package index gives other files than those the project pins.',
      remedy: `Use an index that hands on the files of the Python Package Index unchanged (PIP_INDEX_URL), ${NEXT}`,
    }),
  ],
  [
    /E: Unable to locate package (\S+)|E: Package '([^']+)' has no installation candidate/,
    ([, unknown, candidate]) => ({
      cause: `The package lists of this system do not have ${unknown ?? candidate}, or could not be fetched.`,
      remedy: `See with \`apt-get update\` what is wrong with them, ${NEXT}`,
    }),
  ],
  [
    /Could not resolve '([^']+)'|Cannot initiate the connection to (\S+)/,
    ([, unresolved, silent]) => ({
      cause: `${unresolved ?? silent}, where the system gets its packages from, is not reached.`,
      remedy: `Check the network and the proxy of apt, ${NEXT}`,
    }),
  ],
  [
    /Unable to resolve AWS account|connect ECONNREFUSED/,
    () => ({
      cause: 'The AWS emulator does not answer any more.',
      remedy: `See its log, or run \`npm run local:down\`, ${NEXT}`,
    }),
  ],
];

/** What is said wherever there is no room left. */
export const DISK_FULL: FailureReason = {
  cause: 'The disk is full.',
  remedy: `Make room where the project and the temporary folder (TMPDIR) are (\`df -h . "\${TMPDIR:-/tmp}"\`), ${NEXT}`,
};

/** Why a command failed, as far as that can be told. */
export function failureReason({ output, code, diskIsFull }: Failure): FailureReason | undefined {
  // Python's venv does not say it, and on a full disk there is no room for the log either.
  if (diskIsFull) return DISK_FULL;
  for (const [sign, reason] of SIGNS) {
    const match = sign.exec(output);
    if (match !== null) return reason(match);
  }
  if (code !== 'SIGKILL') return undefined;
  return {
    cause: 'The command was killed; the system does that when memory runs out.',
    remedy: `Close other programs, or give the container more memory, ${NEXT}`,
  };
}

/** Whether the file system of a folder has no room left. Some have none to speak of, and say zero of everything. */
export function isFull(folder: string): boolean {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return blocks > 0 && bavail * bsize < FULL_BELOW;
  } catch {
    return false;
  }
}
