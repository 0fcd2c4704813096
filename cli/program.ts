import tab from '@bomb.sh/tab/commander';
import { Command, InvalidArgumentError } from 'commander';
import { SUPPORTED_ENDINGS } from '../core/domain/bundle-endings.ts';
import { type Operation, operationFacts } from '../core/domain/operations.ts';
import { COMMANDS, flagOf, isForInstaller, needsOf } from './operation.ts';
import { type Common, OTHER_COMMANDS, type OtherCommand, type OtherName } from './other-commands.ts';

/** Does what a command line asks for; returns the exit code. */
export interface Doing {
  readonly operation: (
    operation: Operation,
    isPlan: boolean,
    source: string | undefined,
    options: OperationOptions,
  ) => Promise<number>;
  readonly other: (name: OtherName, argument: string | undefined, options: Common) => Promise<number>;
}

export interface OperationOptions extends Common {
  readonly cluster?: string;
  readonly clusterRegion?: string;
  readonly release?: string;
  readonly addOn?: string;
  readonly showBundle?: boolean;
}

const MEANINGS: Readonly<Record<string, string>> = {
  cluster: 'name of the cluster',
  region: 'region of the cluster, where nothing in the bundle says it',
  release: 'such as 4.21.0',
  'add-on': 'name of an optional operator, such as efs',
};

const DIRECTORY = `the directory, or a file with one of the endings ${SUPPORTED_ENDINGS}`;

const ARGUMENTS = {
  required: ['<directory>', DIRECTORY],
  optional: ['[directory]', DIRECTORY],
  order: ['<file>', 'a .yaml file'],
} as const;

/**
 * The command line: a command for each row of the table of operations, and `plan` with one for each that changes a cluster.
 *
 * @param done Is given the exit code.
 */
export function program(doing: Doing, done: (code: number) => void, version: string): Command {
  const root = new Command('sts-prep')
    .description(
      'Prepares STS credentials of OpenShift clusters, from the directory that `oc adm release extract` wrote.',
    )
    .version(version)
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: false, helpWidth: 110 });
  const add = (parent: Command, name: Operation, isPlan: boolean) => {
    const { summary } = operationFacts(name);
    const { bundle, required, possible } = needsOf(name);
    const command = common(
      parent.command(name).description(isPlan ? `says what ${name} would change` : summary),
    );
    if (bundle !== 'none') {
      const [argument, meaning] = ARGUMENTS[bundle];
      command.argument(argument, meaning);
    }
    for (const part of possible) {
      const isRequired = required.includes(part) && bundle !== 'optional';
      const meaning =
        part === 'release' || part === 'add-on' || isRequired
          ? MEANINGS[part]
          : `${MEANINGS[part]}, where nothing in the bundle says it`;
      command.option(
        `${flagOf(part)} <${part}>`,
        `${part === 'region' ? MEANINGS[part] : meaning}${isRequired ? ' (needed)' : ''}`,
      );
    }
    if (bundle !== 'none')
      command.option('--show-bundle', 'says what would be uploaded and what stays here, and ends');
    if (!isPlan && isForInstaller(name))
      command.option(
        '--install-dir <directory>',
        "the installer's directory, which the files are put into (default: the directory, if it is that)",
      );
    command.action(async (...given: unknown[]) => {
      const source = bundle === 'none' ? undefined : (given[0] as string | undefined);
      done(await doing.operation(name, isPlan, source, command.opts<OperationOptions>()));
    });
  };
  for (const name of COMMANDS) add(root, name, false);
  const plan = root
    .command('plan')
    .description('says what an operation would change, and changes nothing')
    .helpCommand(false);
  for (const name of COMMANDS)
    if (operationFacts(name).run !== undefined || operationFacts(name).plansItself === true)
      add(plan, name, true);
  const others: Readonly<Record<string, OtherCommand>> = OTHER_COMMANDS;
  for (const [name, { summary, argument, options = [], further = [] }] of Object.entries(others)) {
    const command = common(root.command(name).description(summary));
    if (argument !== undefined) command.argument(...argument);
    for (const option of options) command.requiredOption(...option);
    for (const option of further) command.option(...option);
    command.action(async (...given: unknown[]) => {
      const value = argument === undefined ? undefined : (given[0] as string | undefined);
      done(await doing.other(name as OtherName, value, command.opts<Common>()));
    });
  }
  // The script that it prints asks `complete`, a command that no help shows, for what may follow.
  tab(root, { completionCommandName: 'completion' });
  return root;
}

function common(command: Command): Command {
  return command
    .option('--stack <name>', 'CloudFormation stack of the pipeline', 'StsPrep')
    .option(
      '--region <region>',
      'where the pipeline is deployed (default: AWS_REGION, or that of the profile)',
      nonEmpty,
    )
    .option(
      '--out <directory>',
      'where results go: a folder per cluster, and audits/<audit> per audit',
      'out',
    )
    .option('--json', 'an object a line for programs, and nothing else on standard output');
}

function nonEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('It is empty.');
  return value;
}
