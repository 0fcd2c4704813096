import { ClientError } from '../../cli/errors.ts';
import { endWithReader } from '../../cli/reader.ts';
import { visible } from '../../core/util/visible.ts';
import { isolate } from './child-environment.ts';
import { DISK_FULL } from './failure-reason.ts';

/** Exit codes of the scripts. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Command line arguments that are not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a script is called with. */
export interface Call {
  readonly args: string[];
  /** The caller's environment; this process's own has nothing of AWS any more, but in the caller's account. */
  readonly variables: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What is told of a script when it does not end well. */
export interface Script {
  /** Its first line is shown with a UsageError. */
  readonly usage: string;
  /** Whether it works in the caller's own AWS account; all others must not even see that there is one. */
  readonly inCallersAccount?: boolean;
  /** What outlives it when it is interrupted, if anything does. */
  readonly leftBehind?: () => string | undefined;
}

/**
 * Runs a script: its result is the exit code, failures are told in words, Ctrl-C ends it and whatever it
 * waits for; then the user is told what is left behind.
 */
export async function main(
  { usage, inCallersAccount = false, leftBehind }: Script,
  body: (call: Call) => Promise<number>,
): Promise<void> {
  endWithReader();
  const variables = inCallersAccount ? process.env : isolate();
  const interrupt = new AbortController();
  const stop = () => {
    // A second Ctrl-C ends the process at once.
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    interrupt.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    process.exitCode = await body({ args: process.argv.slice(2), variables, signal: interrupt.signal });
  } catch (error) {
    process.exitCode = interrupt.signal.aborted ? tellInterrupted(leftBehind?.()) : tell(error, usage);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

function tellInterrupted(leftBehind: string | undefined): number {
  say(['\nInterrupted.', leftBehind ?? []].flat().join(' '));
  return EXIT.interrupted;
}

function tell(error: unknown, usage: string): number {
  if (error instanceof UsageError) {
    say(`${error.message}\n\n${usage.split('\n', 1)[0]}\nMore with --help.`);
    return EXIT.usage;
  }
  if (error instanceof ClientError) {
    say(`\n${error.message}`);
    if (error.remedy !== undefined) say(`\n${error.remedy}`);
    return error.exitCode;
  }
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    say(`\n${DISK_FULL.cause} (${error.message})\n\n${DISK_FULL.remedy}`);
    return EXIT.failed;
  }
  say(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failed;
}

function say(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}
