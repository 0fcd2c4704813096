import { parseArgs } from 'node:util';
import { SUPPORTED_ENDINGS } from '../../core/domain/bundle-endings.ts';
import { FEATURE_SETS, type FeatureSet } from '../../core/domain/feature-set.ts';
import { ADDITION_FORM, parseAddition } from '../../core/domain/guard-additions.ts';
import { releaseName } from '../../core/domain/release.ts';
import { UsageError } from '../local/main.ts';

/** What the caller says of the cluster and of the deployment, beside the bundle. */
export interface Said {
  readonly name?: string;
  readonly region?: string;
  readonly release?: string;
  readonly featureSet?: FeatureSet;
  /** What the deployment allows besides the policy guard's own list; undefined where the caller does not say. */
  readonly additions?: readonly string[];
}

export type CheckArguments =
  | { readonly help: true }
  | { readonly help: false; readonly path: string; readonly json: boolean; readonly said: Said };

export const CHECK_USAGE = `Usage: npm run check-bundle -- <directory or bundle> [--release V] [--feature-set F] [--name N --region R] [--allow A,B] [--json]

Reads a bundle as the pipeline would, without AWS and without uploading it: which requests count, which are skipped and why,
every problem with its place and remedy, and the roles that would be made. Exit 0 when the bundle would be accepted, 1 when
it would be refused, 2 when the command is not understood.

  <directory or bundle>  a file with one of the endings ${SUPPORTED_ENDINGS}, or a directory, read as tar would pack it
  --release              of the requests, such as 4.20.3, where no cluster.yaml says it
  --feature-set          of the cluster, where no file says it: ${FEATURE_SETS.join(', ')}
  --name, --region       the cluster, as the key prepare/<region>/<name>.tgz says it; for an add-on, those of its cluster
  --allow                policyGuardAdditions of the deployment
  --json                 one JSON object on standard output, for npm run -s check-bundle

What only the deployment or the account knows is not looked at: whether the cluster is there already, its roles, quotas, a
boundary that is required, and whether a bundle may bring its signing key.`;

/** Reads the command line. Throws UsageError. */
export function readCheckArguments(args: string[]): CheckArguments {
  const { values, positionals } = parse(args);
  if (values.help) return { help: true };
  const [path, ...others] = positionals;
  if (path === undefined) throw new UsageError('Which directory or bundle?');
  if (others.length > 0) throw new UsageError(`One bundle at a time, not ${positionals.join(' and ')}.`);
  const { name, region, release, 'feature-set': featureSet, allow, json } = values;
  if ((name === undefined) !== (region === undefined))
    throw new UsageError('--name and --region go together: they say which cluster the bundle is for.');
  for (const [option, value] of Object.entries({ name, region }))
    if (value?.includes('/') || value === '')
      throw new UsageError(`--${option} ${JSON.stringify(value)}: a key has it between two slashes.`);
  return {
    help: false,
    path,
    json,
    said: {
      ...(name === undefined ? {} : { name }),
      ...(region === undefined ? {} : { region }),
      ...(release === undefined ? {} : { release: releaseOf(release) }),
      ...(featureSet === undefined ? {} : { featureSet: featureSetOf(featureSet) }),
      ...(allow === undefined ? {} : { additions: additionsOf(allow) }),
    },
  };
}

function releaseOf(text: string): string {
  const release = releaseName(text);
  if (release === undefined)
    throw new UsageError(`--release ${JSON.stringify(text)}: a release is written like 4.21.0.`);
  return release;
}

function featureSetOf(text: string): FeatureSet {
  const found = FEATURE_SETS.find((each) => each === text);
  if (found === undefined)
    throw new UsageError(`--feature-set ${JSON.stringify(text)}: there are ${FEATURE_SETS.join(', ')}.`);
  return found;
}

function additionsOf(text: string): readonly string[] {
  const list = text.split(',').map((each) => each.trim());
  const additions = list.filter((each) => each !== '');
  const wrong = additions.find((each) => parseAddition(each) === undefined);
  if (wrong !== undefined) throw new UsageError(`--allow ${JSON.stringify(wrong)}: ${ADDITION_FORM}.`);
  return additions;
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
        'feature-set': { type: 'string' },
        allow: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
