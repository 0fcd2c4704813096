import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ENVIRONMENTS, type FunctionName } from '../../core/runtime/environment.ts';
import { UsageError } from '../../scripts/local/main.ts';
import { releaseFolders } from './release-folders.ts';

/** In the order in which they run. */
export const PART_NAMES = [
  'runs',
  'chain',
  'plans',
  'deletions',
  'bundles',
  'cold',
  'policies',
  'audit',
  'page',
  'bombs',
] as const;

export type PartName = (typeof PART_NAMES)[number];

/** How much is measured; the defaults are what figures are compared at. */
export interface Sizes {
  /** Roles of each bundle that is prepared. */
  readonly roles: readonly number[];
  /** Roles of others in the account of a cluster that is deleted. */
  readonly others: readonly number[];
  readonly functions: readonly FunctionName[];
  /** Starts of each function, and of the browser's page. */
  readonly tries: number;
  /** For which each kind of policy is compared. */
  readonly seconds: number;
  /** Folder of folders of CredentialsRequests. */
  readonly manifests?: string | undefined;
  readonly clusters: number;
  /** Available releases that each cluster is compared with. */
  readonly releases: number;
  /** What the uploads that swamp have in their names; empty for all. */
  readonly upload: string;
  /** Milliseconds added to every AWS call. */
  readonly delay: number;
}

export type BenchArguments =
  | { readonly help: true }
  | {
      readonly help: false;
      readonly parts: readonly PartName[];
      readonly sizes: Sizes;
      /** A file to keep the figures in, and one to compare them with. */
      readonly save: string | undefined;
      readonly compare: string | undefined;
      /** Where the chain is drawn. */
      readonly picture: string | undefined;
    };

export const BENCH_USAGE = `Usage: npm run bench [-- <part> ...] [--roles N] [--others N] [--function F] [--tries N] [--seconds S] [--manifests DIR] [--clusters N] [--releases N] [--upload TEXT] [--delay MS] [--picture FILE] [--save FILE] [--compare FILE]

Measures, and prints a table for each part; all parts when none is named, each in a process of its own. Figures are
of the machine that stands above the table: compare them with others of the same machine under the same load.

  runs           a first run and a re-run of prepare: time, calls, cost
    --roles      size of the bundle; may be given more than once (default: 6 and 100)
  chain          which call of a run waits for which, as steps one after the other
    --picture    writes them as a page with a picture too, e.g. docs/chain.md
  plans          a plan of the largest of these bundles, before and after it is prepared: time, calls
  deletions      a deletion of the larger of these bundles: time, calls
    --others     roles of others in the account; may be given more than once (default: 400 and 4000)
  bundles        size of the functions as they are deployed, and their time to the first answer
    --function   only this one, e.g. read-bundle; may be given more than once
    --tries      starts of each, of which the median counts (default: 7)
  cold           the deployed pipeline from an upload to Prepared, when no function was called yet and when each was
    --tries      deployments, of which the median counts (at most 5)
  policies       statements compared in a second
    --seconds    for which each kind is compared (default: 1.5)
    --manifests  compares releases too: a folder with a folder of CredentialsRequests for each, named like 4.20
  audit          an audit of a fleet: time, calls, memory
    --clusters   size of the fleet (default: 200)
    --releases   available ones, up to 5; one is measured first (default: 5)
  page           the report of 300 clusters and 5 releases: size, time to write it, and to the first paint in Chromium
    --tries      times that the page is opened, of which the median counts (default: 7)
  bombs          uploads that are made to swamp, as large as the limits let them be: time, memory, size of what is told
    --upload     only those whose name holds this text, e.g. comments

  --delay        milliseconds added to every AWS call, in runs, chain, plans, deletions and audit (default: 80)
  --save         keeps the figures in a file, with how fast this machine is
  --compare      prints each figure as a multiple of that in a file too; milliseconds, and what is done in a second, as
                 if both machines were equally fast`;

/** Which parts have a use for an option. */
const PARTS_OF: Readonly<Record<string, readonly PartName[]>> = {
  roles: ['runs', 'plans', 'deletions'],
  others: ['deletions'],
  function: ['bundles'],
  tries: ['bundles', 'cold', 'page'],
  seconds: ['policies'],
  manifests: ['policies'],
  clusters: ['audit'],
  releases: ['audit'],
  upload: ['bombs'],
  delay: ['runs', 'chain', 'plans', 'deletions', 'audit'],
  save: PART_NAMES,
  compare: PART_NAMES,
  picture: ['chain'],
};

/** Reads the command line of the benchmarks. Throws UsageError. */
export function readBenchArguments(args: string[]): BenchArguments {
  const { values, positionals, tokens } = parse(args);
  if (values.help) return { help: true };
  const unknown = positionals.find((name) => !isPart(name));
  if (unknown !== undefined) throw new UsageError(`${unknown}: the parts are ${PART_NAMES.join(', ')}.`);
  const parts = PART_NAMES.filter((name) => positionals.length === 0 || positionals.includes(name));
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const users = PARTS_OF[token.name] ?? [];
    if (!users.some((name) => parts.includes(name)))
      throw new UsageError(`--${token.name} is for ${users.join(' and ')}, not for ${parts.join(' and ')}.`);
  }
  return {
    help: false,
    parts,
    sizes: {
      roles: values.roles.map((text) => whole('roles', text, 1, 1_000)),
      others: values.others.map((text) => whole('others', text, 0, 10_000)),
      functions: values.function.map(functionNamed),
      tries: whole('tries', values.tries, 1, 1_000),
      seconds: seconds(values.seconds),
      manifests: values.manifests === undefined ? undefined : folder(values.manifests),
      // Three digits are in every name, so that all are of the same length.
      clusters: whole('clusters', values.clusters, 1, 1_000),
      releases: whole('releases', values.releases, 1, 5),
      upload: values.upload,
      delay: whole('delay', values.delay, 0, 10_000),
    },
    save: values.save,
    compare: values.compare,
    picture: values.picture,
  };
}

function isPart(name: string): name is PartName {
  return (PART_NAMES as readonly string[]).includes(name);
}

function functionNamed(name: string): FunctionName {
  if (!Object.hasOwn(ENVIRONMENTS, name))
    throw new UsageError(`--function ${name}: the functions are ${Object.keys(ENVIRONMENTS).join(', ')}.`);
  return name as FunctionName;
}

function whole(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new UsageError(`--${option} ${JSON.stringify(text)}: a whole number from ${least} to ${most}.`);
  return number;
}

function seconds(text: string): number {
  const number = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || number === 0)
    throw new UsageError(`--seconds ${JSON.stringify(text)}: a number above 0, like 1.5.`);
  return number;
}

function folder(path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--manifests ${path}: there is no such folder.`);
  if (releaseFolders(path).length < 2)
    throw new UsageError(`--manifests ${path}: two folders at least, named like 4.20, must be in it.`);
  return path;
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      tokens: true,
      options: {
        roles: { type: 'string', multiple: true, default: ['6', '100'] },
        others: { type: 'string', multiple: true, default: ['400', '4000'] },
        function: { type: 'string', multiple: true, default: Object.keys(ENVIRONMENTS) },
        tries: { type: 'string', default: '7' },
        seconds: { type: 'string', default: '1.5' },
        manifests: { type: 'string' },
        clusters: { type: 'string', default: '200' },
        releases: { type: 'string', default: '5' },
        upload: { type: 'string', default: '' },
        delay: { type: 'string', default: '80' },
        save: { type: 'string' },
        compare: { type: 'string' },
        picture: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
