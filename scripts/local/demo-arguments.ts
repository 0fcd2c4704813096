import { parseArgs } from 'node:util';
import { DIRECT_OPERATIONS, type Operation, operationFacts } from '../../core/domain/operations.ts';
import { parseRelease } from '../../core/domain/release.ts';
import { UsageError } from './main.ts';

/** Which cluster and release a bundle is for, as far as the caller says it. */
export interface Addressee {
  readonly region?: string | undefined;
  readonly name?: string | undefined;
  readonly release?: string | undefined;
  readonly 'add-on'?: string | undefined;
}

export type DemoArguments =
  | { readonly help: true }
  | {
      readonly help: false;
      /** A bundle file or a directory to make one of. Without it there is the sample, or an audit of what is available. */
      readonly source: string | undefined;
      readonly operation: Operation;
      /** Holds all that the operation needs, and nothing else. */
      readonly addressee: Addressee;
      /** Whether to say only what it would change. */
      readonly isPlan: boolean;
      /** Results go to a folder per cluster, and one per audit, in here. */
      readonly out: string;
    };

type Given = Extract<DemoArguments, { help: false }>;

/** The parts of keys, as options name them. */
const OPTIONS: Readonly<Record<string, keyof Addressee>> = {
  region: 'region',
  cluster: 'name',
  release: 'release',
  name: 'add-on',
};

export const DEMO_USAGE = `Usage: npm run demo [-- <bundle or directory>] [--operation O] [--name N] [--region R] [--release V] [--add-on A] [--plan] [--out DIR]

Hands a bundle of CredentialsRequests to the pipeline in a local AWS emulator, shows what happens, and fetches
the results. Starts the emulator and deploys the stack when they are not there. Exit 0 only if the execution
succeeded; an audit succeeds whatever it finds.

  <bundle or directory>  a .tgz .tar.gz .tar .zip .yaml .yml file, or a directory (default: events/bundles/demo)
  --operation            one of these (default: prepare)
${operationLines().join('\n')}
  --release              such as 4.21.0
  --add-on               name of an optional operator, such as efs
  --plan                 says what the operation would change, and changes nothing
  --out                  where results go: a folder per cluster, and audits/<audit> per audit (default: out)

AWS_ENDPOINT_URL, STS_PREP_PORT, STS_PREP_AUTH: see \`npm run local:up -- --help\`.`;

/** One line an operation, with what it has to be told; those that do not exist yet in the end. */
function operationLines(): string[] {
  const lines = DIRECT_OPERATIONS.filter((name) => operationFacts(name).exists).map((name) => {
    const { summary, bundle: whether } = operationFacts(name);
    const { bundle, required, possible } = needsOf(name);
    const needed = [...(bundle ? ['a bundle'] : []), ...required.map((option) => `--${option}`)];
    const told =
      whether === 'optional'
        ? `without a bundle all clusters, or that of --name; with one it ${needs(needed.slice(1))}`
        : needed.length > 0
          ? needs(needed)
          : possible.length === 0
            ? 'needs nothing'
            : `${possible.map((option) => `--${option}`).join(' and ')} when nothing in the bundle says them`;
    return `    ${name.padEnd(20)} ${summary}:\n${' '.repeat(25)}${told}`;
  });
  const missing = DIRECT_OPERATIONS.filter((name) => !operationFacts(name).exists);
  return [...lines, `    ${missing.join(', ')}`, `${' '.repeat(25)}not there yet: their bundles are refused`];
}

function needs(what: readonly string[]): string {
  return `needs ${new Intl.ListFormat('en').format(what)}`;
}

/** Reads the demo's command line. Throws UsageError. */
export function readDemoArguments(args: string[]): DemoArguments {
  const { values, positionals } = parse(args);
  if (values.help) return { help: true };
  if (positionals.length > 1) throw new UsageError(`One bundle at a time, not ${positionals.join(' and ')}.`);
  const { name, region, release, 'add-on': addOn, operation, out } = values;
  for (const [option, value] of Object.entries({ name, region, 'add-on': addOn })) {
    if (value !== undefined && !/^[a-z0-9-]+$/.test(value))
      throw new UsageError(`--${option} ${JSON.stringify(value)}: only a-z, 0-9 and - are possible.`);
  }
  if (release !== undefined && parseRelease(release) === undefined)
    throw new UsageError(`--release ${JSON.stringify(release)}: a release is written like 4.21.0.`);
  if (!isOperation(operation))
    throw new UsageError(`--operation ${operation}: there are ${DIRECT_OPERATIONS.join(', ')}.`);
  const given: Given = {
    help: false,
    source: positionals[0],
    operation,
    isPlan: values.plan,
    addressee: { region, name, release, 'add-on': addOn },
    out,
  };
  if (
    given.isPlan &&
    operationFacts(operation).run === undefined &&
    operationFacts(operation).plansItself !== true
  )
    throw new UsageError(`--operation ${operation} changes nothing, so there is nothing to plan.`);
  checkNeeds(given);
  return given;
}

/** What an operation has to be told, and what it may be told beyond that. */
interface Needs {
  readonly bundle: boolean;
  readonly required: readonly (keyof Addressee)[];
  readonly possible: readonly (keyof Addressee)[];
}

const OF_WHAT_IS_ON_HAND: Needs = { bundle: false, required: [], possible: ['name'] };

/** What a key has to say has to be told; where the bundle may say it instead, the sample can stand in for one. */
function needsOf(operation: Operation): Needs {
  const [form, formThatSaysNothing] = operationFacts(operation).keys;
  const possible = form.parts.flatMap((part) => OPTIONS[part] ?? []);
  const isSaidByKey = formThatSaysNothing === undefined;
  return {
    bundle: isSaidByKey && operationFacts(operation).bundle !== 'none',
    required: isSaidByKey ? possible : [],
    possible,
  };
}

function checkNeeds({ operation, source, addressee }: Given): void {
  const isWithoutBundle = operationFacts(operation).bundle === 'optional' && source === undefined;
  const what = isWithoutBundle ? 'An audit without a bundle' : `--operation ${operation}`;
  const { bundle, required, possible } = isWithoutBundle ? OF_WHAT_IS_ON_HAND : needsOf(operation);

  const given = (['region', 'name', 'release', 'add-on'] as const).filter(
    (option) => addressee[option] !== undefined,
  );
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
  return (DIRECT_OPERATIONS as readonly string[]).includes(text);
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
        'add-on': { type: 'string' },
        operation: { type: 'string', default: 'prepare' },
        plan: { type: 'boolean', default: false },
        out: { type: 'string', default: 'out' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
