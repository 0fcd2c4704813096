import { parseArgs } from 'node:util';
import { FACTS_NAMES, type FactsName } from '../../core/domain/cluster-check/snapshot.ts';
import { UsageError } from '../local/main.ts';

export type VerifyArguments =
  | { readonly does: 'help' }
  | { readonly does: 'reduce'; readonly name: FactsName }
  | { readonly does: 'verify'; readonly cluster: string; readonly prepared: string; readonly json: boolean };

/** Exit codes, besides those of all scripts. */
export const EXIT_OF = { verified: 0, findings: 1, unknown: 3 } as const;

export const VERIFY_USAGE = `Usage: npm run -s verify-cluster -- <directory> --prepared <directory> [--json]

Verifies that every component of a cluster uses the short-lived credentials that were prepared for it. Reads files only:
docs/verify-cluster.md has the commands that make them. What cannot be told is unknown, and never fine.

  <directory>        ${FACTS_NAMES.map((name) => `${name}.json`).join(', ')}
  --prepared         a directory with cluster.json and desired.json of the output bucket, and audit.json where there is one
  --json             one JSON object on standard output, by docs/schemas/cluster-check.schema.json
  --reduce <kind>    reads what oc get <kind> -o json prints on standard input, and prints only what is needed of it: of a
                     Secret its name, role and token path, and whether it holds an access key. Nothing else touches the disk

Exit ${EXIT_OF.verified} verified, ${EXIT_OF.findings} findings, 2 not understood, ${EXIT_OF.unknown} no finding, and not everything could be told.`;

/** Reads the command line. Throws UsageError. */
export function readVerifyArguments(args: string[]): VerifyArguments {
  const { values, positionals } = parse(args);
  if (values.help) return { does: 'help' };
  if (values.reduce !== undefined) {
    const name = FACTS_NAMES.find((each) => each === values.reduce);
    if (name === undefined) throw new UsageError(`--reduce is for ${FACTS_NAMES.join(', ')}.`);
    return { does: 'reduce', name };
  }
  const [cluster, ...others] = positionals;
  if (cluster === undefined) throw new UsageError('Which directory?');
  if (others.length > 0) throw new UsageError('One directory at a time.');
  if (values.prepared === undefined)
    throw new UsageError('--prepared says what the cluster is compared with.');
  return { does: 'verify', cluster, prepared: values.prepared, json: values.json };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        prepared: { type: 'string' },
        reduce: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
