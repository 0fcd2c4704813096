import { parseArgs } from 'node:util';
import { UsageError } from './main.ts';

/** What the intake bucket's first key segment can be. */
export const OPERATIONS = ['prepare', 'plan', 'upgrade', 'audit', 'rotate-key', 'delete'] as const;

export type DemoArguments =
  | { readonly help: true }
  | {
      readonly help: false;
      /** A bundle file or a directory to make one of; the sample when absent. */
      readonly source: string | undefined;
      readonly operation: string;
      /** Name and region of the cluster, for bundles that do not say them. */
      readonly cluster: { readonly name: string; readonly region: string } | undefined;
      /** Results go to a folder per cluster in here. */
      readonly out: string;
    };

export const DEMO_USAGE = `Usage: npm run demo [-- <bundle or directory>] [--name N --region R] [--operation O] [--out DIR]

Hands a bundle of CredentialsRequests to the pipeline in a local AWS emulator, shows what happens, and fetches
the results. Starts the emulator and deploys the stack when they are not there. Exit 0 only if the run succeeded.

  <bundle or directory>  a .tgz .tar.gz .tar .zip .yaml .yml file, or a directory (default: events/bundles/demo)
  --name, --region       the cluster, when neither cluster.yaml nor install-config.yaml in the bundle says it
  --operation            ${OPERATIONS.join(', ')} (default: prepare)
  --out                  where results go, one folder per cluster (default: out)

AWS_ENDPOINT_URL, STS_PREP_PORT, STS_PREP_AUTH: see \`npm run local:up -- --help\`.`;

/** Reads the demo's command line. Throws UsageError. */
export function readDemoArguments(args: string[]): DemoArguments {
  const { values, positionals } = parse(args);
  if (values.help) return { help: true };
  if (positionals.length > 1) throw new UsageError(`One bundle at a time, not ${positionals.join(' and ')}.`);
  const { name, region, operation, out } = values;
  if ((name === undefined) !== (region === undefined))
    throw new UsageError('--name and --region go together: they say which cluster the bundle is for.');
  for (const [option, value] of Object.entries({ name, region })) {
    if (value !== undefined && !/^[a-z0-9-]+$/.test(value))
      throw new UsageError(`--${option} ${JSON.stringify(value)}: only a-z, 0-9 and - are possible.`);
  }
  if (!(OPERATIONS as readonly string[]).includes(operation))
    throw new UsageError(`--operation ${operation}: there are ${OPERATIONS.join(', ')}.`);
  return {
    help: false,
    source: positionals[0],
    operation,
    cluster: name === undefined || region === undefined ? undefined : { name, region },
    out,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        region: { type: 'string' },
        operation: { type: 'string', default: 'prepare' },
        out: { type: 'string', default: 'out' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
