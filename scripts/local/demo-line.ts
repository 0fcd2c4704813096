import { parseArgs } from 'node:util';
import { needsOf } from '../../cli/operation.ts';
import { program } from '../../cli/program.ts';
import { OPERATION_NAMES } from '../../core/domain/operations.ts';
import { project } from './paths.ts';

const SAMPLE = project('events', 'bundles', 'demo');

const nothing = async () => 0;
const root = program({ operation: nothing, other: nothing }, () => undefined, '');
const COMMANDS = root.commands.map((command) => command.name());
const ON_ITS_OWN = new Set([...COMMANDS, '--version', '-V']);

/** What the demo calls options of the client: it has one deployment only, so that a region is a cluster's. */
const RENAMED: Readonly<Record<string, string>> = { name: 'cluster', region: 'cluster-region' };

/** Options that take a value: the client's, and the demo's own. */
const WITH_VALUE = [
  ...new Set(
    root.commands.flatMap(({ options }) =>
      options.flatMap(({ required, long }) => (required ? (long?.slice(2) ?? []) : [])),
    ),
  ),
  ...Object.keys(RENAMED),
  'operation',
];
const OPTIONS = Object.fromEntries(WITH_VALUE.map((name) => [name, { type: 'string' as const }]));

/**
 * The client's command line for one of the demo: that itself, or where it begins with no command
 * `[<bundle or directory>] [--operation O] [--name N] [--region R]` and further options of that operation. An operation that the
 * sample has everything for does without a bundle. What is not understood is left to the client to tell.
 */
export function clientLine(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first !== undefined && ON_ITS_OWN.has(first)) return args;
  const { tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  let operation = 'prepare';
  const sources: string[] = [];
  const options: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') sources.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, value } = token;
    if (name === 'operation' && value !== undefined) operation = value;
    else options.push(`--${RENAMED[name] ?? name}${value === undefined ? '' : `=${value}`}`);
  }
  return [
    ...operation.split('/'),
    ...(sources.length === 0 ? sampleFor(operation, options) : sources),
    ...options,
  ];
}

/** The sample says which cluster it is for; where the caller does, it is its requests alone. */
function sampleFor(operation: string, options: readonly string[]): readonly string[] {
  const known = OPERATION_NAMES.find((name) => name === operation.split('/').at(-1));
  if (known === undefined) return [];
  const { bundle, required } = needsOf(known);
  if (bundle !== 'required' || required.length > 0) return [];
  return [options.some((option) => option.startsWith('--cluster=')) ? `${SAMPLE}/credreqs` : SAMPLE];
}
