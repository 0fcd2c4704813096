import { type Command, CommanderError } from 'commander';
import { ClientError, EXIT } from './errors.ts';
import { program } from './program.ts';
import { Ui } from './ui.ts';

declare const STS_PREP_VERSION: string | undefined;
const version = typeof STS_PREP_VERSION === 'undefined' ? 'from sources' : STS_PREP_VERSION;

/** Runs a command line to its end; the exit code is set, and everything that went wrong is told in words. */
async function main(args: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  const stop = () => {
    // A second Ctrl-C ends the process at once.
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    interrupt.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const streams = { stdout: process.stdout, stderr: process.stderr };
  const ui = new Ui(streams, { json: args.includes('--json'), variables: process.env });
  const doing = {
    operation: async (...given: Parameters<typeof import('./do.ts')['doOperation']>[2]) =>
      (await import('./do.ts')).doOperation(ui, interrupt.signal, given),
    other: async (...given: Parameters<typeof import('./do.ts')['doOther']>[2]) =>
      (await import('./do.ts')).doOther(ui, interrupt.signal, given),
  };
  const root = program(
    doing,
    (code) => {
      process.exitCode = code;
    },
    version,
  );
  exits(root);
  try {
    await root.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = interrupt.signal.aborted ? EXIT.interrupted : await tell(error, ui);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Errors of the command line are thrown, as all others, and not ended with. */
function exits(command: Command): void {
  command.exitOverride();
  for (const each of command.commands) exits(each as Command);
}

async function tell(error: unknown, ui: Ui): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof ClientError) {
    ui.fail(error.message, error.remedy);
    return error.exitCode;
  }
  if (!(error instanceof Error)) throw error;
  const { notReached } = await import('./deployment.ts');
  const isOfAws = '$metadata' in error || /credential/i.test(error.name) || 'code' in error;
  if (isOfAws) return tell(notReached(error, 'the region of the pipeline'), ui);
  ui.fail(error.stack ?? error.message, 'This is a fault of sts-prep. Please report it with these lines.');
  return EXIT.failed;
}

void main(process.argv.slice(2));
