import { type Command, CommanderError } from 'commander';
import { word } from '../core/util/shell.ts';
import type { Context } from './do.ts';
import { ClientError, EXIT } from './errors.ts';
import { program } from './program.ts';
import { Ui } from './ui.ts';
import { VERSION } from './version.ts';

/** Says what a command says, by its command line. */
export function uiOf(args: readonly string[], variables: NodeJS.ProcessEnv, calledAs = 'sts-prep'): Ui {
  return new Ui(
    { stdout: process.stdout, stderr: process.stderr },
    { json: args.includes('--json'), variables, calledAs, where: whereOf(args) },
  );
}

/** Those of a command line that say which deployment is meant, so that what is told to do next is about the same. */
export function whereOf(args: readonly string[]): string {
  return ['--stack', '--region'].map((option) => given(args, option)).join('');
}

function given(args: readonly string[], option: string): string {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  const value = args[at]?.split('=', 2)[1] ?? args[at + 1];
  return at === -1 || !value ? '' : ` ${option} ${word(value)}`;
}

/** Runs a command line to its end; returns the exit code. Everything that went wrong is told in words. */
export async function client(
  args: readonly string[],
  ui: Ui,
  signal: AbortSignal,
  contextOf: () => Promise<Context>,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const root = program(
    {
      operation: async (...given) =>
        (await import('./do.ts')).doOperation(ui, signal, await contextOf(), given),
      other: async (...given) => (await import('./do.ts')).doOther(ui, signal, await contextOf(), given),
    },
    (code) => {
      exitCode = code;
    },
    VERSION,
  );
  exits(root);
  try {
    await root.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return signal.aborted ? EXIT.interrupted : await tell(error, ui);
  }
}

/** Errors of the command line are thrown, and told, as all others are. */
function exits(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const each of command.commands) exits(each as Command);
}

async function tell(error: unknown, ui: Ui): Promise<number> {
  if (error instanceof CommanderError) return tellUsage(error, ui);
  if (error instanceof ClientError) {
    ui.fail(error.message, error.remedy);
    return error.exitCode;
  }
  if (!(error instanceof Error)) throw error;
  if (isOfFiles(error)) {
    ui.fail(
      error.message,
      'Name a file or directory that you may use, such as another one by --out, or make room there.',
    );
    return EXIT.failed;
  }
  const { notReached } = await import('./deployment.ts');
  const isOfAws = '$metadata' in error || /credential/i.test(error.name) || 'code' in error;
  if (isOfAws) return tell(notReached(error, 'the region of the pipeline'), ui);
  ui.fail(error.stack ?? error.message, 'This is a fault of sts-prep. Please report it with these lines.');
  return EXIT.failed;
}

/** Whether the caller's own disk refused something. Node tells the path then, but for a write to what is open. */
function isOfFiles(error: NodeJS.ErrnoException): boolean {
  return error.path !== undefined || ['ENOSPC', 'EDQUOT', 'EIO'].includes(error.code ?? '');
}

/** What is not understood. Help and version, which are printed by then, end by an error too, and so does a missing command with its help. */
function tellUsage({ code, exitCode, message }: CommanderError, ui: Ui): number {
  if (exitCode === 0) return EXIT.ok;
  if (code !== 'commander.help')
    ui.fail(message.replace(/^error: /, ''), '`sts-prep <command> --help` says more.');
  return EXIT.usage;
}
