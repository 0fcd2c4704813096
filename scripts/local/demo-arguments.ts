import { parseArgs } from 'node:util';
import { parseRelease } from '../../core/domain/release.ts';
import { UsageError } from './main.ts';

/** What the intake bucket's first key segment can be. */
export const OPERATIONS = [
  'prepare',
  'upgrade',
  'prune',
  'audit',
  'releases',
  'plan',
  'rotate-key',
  'delete',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Which cluster and release a bundle is for, as far as the caller says it. */
export interface Addressee {
  readonly region?: string | undefined;
  readonly name?: string | undefined;
  readonly release?: string | undefined;
}

export type DemoArguments =
  | { readonly help: true }
  | {
      readonly help: false;
      /** A bundle file or a directory to make one of. Without it there is the sample, or an audit of what is on hand. */
      readonly source: string | undefined;
      readonly operation: Operation;
      /** Holds all that the operation needs, and nothing else. */
      readonly addressee: Addressee;
      /** Results go to a folder per cluster, and one per audit, in here. */
      readonly out: string;
    };

type Given = Extract<DemoArguments, { help: false }>;

export const DEMO_USAGE = `Usage: npm run demo [-- <bundle or directory>] [--operation O] [--name N] [--region R] [--release V] [--out DIR]

Hands a bundle of CredentialsRequests to the pipeline in a local AWS emulator, shows what happens, and fetches
the results. Starts the emulator and deploys the stack when they are not there. Exit 0 only if the execution
succeeded; an audit succeeds whatever it finds.

  <bundle or directory>  a .tgz .tar.gz .tar .zip .yaml .yml file, or a directory
  --operation            one of these (default: prepare)
    prepare              makes the credentials of a cluster (default bundle: events/bundles/demo); --name and --region
                         when neither cluster.yaml nor install-config.yaml in the bundle says them
    upgrade              adds what a newer release asks for: needs a bundle, --name and --release
    prune                takes away what the cluster's release does not ask for: needs a bundle, --name and --release
    audit                without a bundle: compares all clusters, or that of --name, with the releases on hand;
                         with one, --name and --release: puts it on hand for that cluster only, and audits it
    releases             puts a release on hand for all clusters, and audits them: needs a bundle and --release
    plan, rotate-key, delete
                         not there yet: their bundles are refused
  --release              such as 4.21.0
  --out                  where results go: a folder per cluster, and audits/<audit> per audit (default: out)

AWS_ENDPOINT_URL, STS_PREP_PORT, STS_PREP_AUTH: see \`npm run local:up -- --help\`.`;

/** Reads the demo's command line. Throws UsageError. */
export function readDemoArguments(args: string[]): DemoArguments {
  const { values, positionals } = parse(args);
  if (values.help) return { help: true };
  if (positionals.length > 1) throw new UsageError(`One bundle at a time, not ${positionals.join(' and ')}.`);
  const { name, region, release, operation, out } = values;
  for (const [option, value] of Object.entries({ name, region })) {
    if (value !== undefined && !/^[a-z0-9-]+$/.test(value))
      throw new UsageError(`--${option} ${JSON.stringify(value)}: only a-z, 0-9 and - are possible.`);
  }
  if (release !== undefined && parseRelease(release) === undefined)
    throw new UsageError(`--release ${JSON.stringify(release)}: a release is written like 4.21.0.`);
  if (!isOperation(operation))
    throw new UsageError(`--operation ${operation}: there are ${OPERATIONS.join(', ')}.`);
  const given: Given = {
    help: false,
    source: positionals[0],
    operation,
    addressee: { region, name, release },
    out,
  };
  checkNeeds(given);
  return given;
}

/** What an operation has to be told, and what it may be told beyond that. */
interface Needs {
  readonly bundle: boolean;
  readonly required: readonly (keyof Addressee)[];
  readonly possible: readonly (keyof Addressee)[];
}

/** A bundle says itself which cluster it is for, or its key does. */
const OF_A_CLUSTER: Needs = { bundle: false, required: [], possible: ['region', 'name'] };
const OF_A_RELEASE: Needs = { bundle: true, required: ['name', 'release'], possible: ['name', 'release'] };
const OF_THE_FLEET: Needs = { bundle: true, required: ['release'], possible: ['release'] };
const OF_WHAT_IS_ON_HAND: Needs = { bundle: false, required: [], possible: ['name'] };

const NEEDS: Readonly<Record<Operation, Needs>> = {
  prepare: OF_A_CLUSTER,
  upgrade: OF_A_RELEASE,
  prune: OF_A_RELEASE,
  audit: OF_A_RELEASE,
  releases: OF_THE_FLEET,
  plan: OF_A_CLUSTER,
  'rotate-key': OF_A_CLUSTER,
  delete: OF_A_CLUSTER,
};

function checkNeeds({ operation, source, addressee }: Given): void {
  const isPlainAudit = operation === 'audit' && source === undefined;
  const what = isPlainAudit ? 'An audit without a bundle' : `--operation ${operation}`;
  const { bundle, required, possible } = isPlainAudit ? OF_WHAT_IS_ON_HAND : NEEDS[operation];

  const given = (['region', 'name', 'release'] as const).filter((option) => addressee[option] !== undefined);
  const surplus = given.find((option) => !possible.includes(option));
  if (surplus !== undefined) throw new UsageError(`${what} takes no --${surplus}.`);
  const missing = [
    ...(bundle && source === undefined ? ['a bundle'] : []),
    ...required.filter((option) => !given.includes(option)).map((option) => `--${option}`),
  ];
  if (missing.length > 0) throw new UsageError(`${what} needs ${missing.join(' and ')}.`);
  if (possible.includes('region') && given.length === 1)
    throw new UsageError('--name and --region go together: they say which cluster the bundle is for.');
}

function isOperation(text: string): text is Operation {
  return (OPERATIONS as readonly string[]).includes(text);
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        region: { type: 'string' },
        release: { type: 'string' },
        operation: { type: 'string', default: 'prepare' },
        out: { type: 'string', default: 'out' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
