import { parseArgs } from 'node:util';
import { UsageError } from '../local/main.ts';

export const FRESH_USAGE = `Usage: npm run fresh [-- --as root|user] [--command demo|test|client] [--suite S] [--keep]

Makes an empty Debian with nothing but the packages that README names, copies the working tree into it, runs the two
commands there, as root and as an ordinary user, and tells what came of it. Then does the demo with the client as it is
packed, as somebody who has no checkout. Needs root.

  --as root|user        only as this user
  --command demo|test|client
                        only this command
  --suite S             the Debian release; otherwise this machine's, or bookworm
  --keep                leave the Debian there that the commands ran in`;

export const USERS = ['root', 'user'] as const;
export const COMMANDS = ['demo', 'test', 'client'] as const;
export type User = (typeof USERS)[number];
export type Command = (typeof COMMANDS)[number];

export interface FreshArguments {
  readonly users: readonly User[];
  readonly commands: readonly Command[];
  readonly suite: string | undefined;
  readonly keep: boolean;
  readonly help: boolean;
}

/** Reads the command line. Throws UsageError when it is not understood. */
export function readFreshArguments(args: readonly string[]): FreshArguments {
  const { as, command, suite, keep, help } = parse(args);
  // It becomes part of file names and of a command line.
  if (suite !== undefined && !/^[a-z]+$/.test(suite))
    throw new UsageError(
      `--suite is ${JSON.stringify(suite)}, which is not the code name of a Debian release.`,
    );
  return {
    users: oneOf('--as', as, USERS),
    commands: oneOf('--command', command, COMMANDS),
    suite,
    keep,
    help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        as: { type: 'string' },
        command: { type: 'string' },
        suite: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function oneOf<Choice extends string>(
  option: string,
  value: string | undefined,
  choices: readonly Choice[],
): readonly Choice[] {
  if (value === undefined) return choices;
  const chosen = choices.filter((choice) => choice === value);
  if (chosen.length === 0)
    throw new UsageError(`${option} is ${JSON.stringify(value)}; it can be ${choices.join(' or ')}.`);
  return chosen;
}
