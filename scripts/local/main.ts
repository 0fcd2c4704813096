import { isolate } from './child-environment.ts';
import { LocalError } from './local-error.ts';

/** Exit codes of the scripts. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Command line arguments that are not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a script is called with. */
export interface Call {
  readonly args: string[];
  /** The caller's environment; this process's own has nothing of AWS any more. */
  readonly variables: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Runs a script: its result is the exit code, failures are told in words, Ctrl-C ends it and whatever it
 * waits for.
 */
export async function main(usage: string, body: (call: Call) => Promise<number>): Promise<void> {
  const variables = isolate();
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
    process.exitCode = tell(error, usage, interrupt.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

function tell(error: unknown, usage: string, signal: AbortSignal): number {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  if (signal.aborted) {
    say('\nInterrupted.');
    return EXIT.interrupted;
  }
  if (error instanceof UsageError) {
    say(`${error.message}\n\n${usage.split('\n', 1)[0]}\nMore with --help.`);
    return EXIT.usage;
  }
  if (error instanceof LocalError) {
    say(`\n${error.message}`);
    if (error.remedy !== undefined) say(`\n${error.remedy}`);
    return EXIT.failed;
  }
  say(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failed;
}
