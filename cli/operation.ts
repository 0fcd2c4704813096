import type { ClusterRun } from '../core/domain/cluster-run.ts';
import { type Operation, operationFacts } from '../core/domain/operations.ts';
import { DIRECT_OPERATIONS } from '../core/domain/plan-key.ts';
import { parseRelease } from '../core/domain/release.ts';
import { ClientError, EXIT } from './errors.ts';

/** Which cluster, release and add-on a bundle is for, as far as the caller says it. */
export interface Addressee {
  readonly region?: string | undefined;
  readonly cluster?: string | undefined;
  readonly release?: string | undefined;
  readonly 'add-on'?: string | undefined;
}

/** The parts of keys, as options name them. */
const OPTIONS: Readonly<Record<string, keyof Addressee>> = {
  region: 'region',
  cluster: 'cluster',
  release: 'release',
  name: 'add-on',
};

/** What an operation has to be told, and what it may be told beyond that. */
export interface Needs {
  readonly bundle: 'required' | 'optional' | 'none' | 'order';
  readonly required: readonly (keyof Addressee)[];
  readonly possible: readonly (keyof Addressee)[];
}

/** Those that there is a command for. */
export const COMMANDS = DIRECT_OPERATIONS.filter((name) => operationFacts(name).exists);

/** Whether there are files for the installer afterwards. */
const FOR_INSTALLER: Readonly<Record<ClusterRun['results'], boolean>> = {
  'install-files': true,
  manifests: false,
  'files-of-the-step': false,
  'secrets-of-the-release': false,
  'secrets-of-the-add-on': false,
  nothing: false,
};

/** Whether an operation makes a cluster whose files the installer is to have. */
export function isForInstaller(operation: Operation): boolean {
  const { run, target } = operationFacts(operation);
  return target === 'new' && run !== undefined && FOR_INSTALLER[run.results];
}

/** What a key has to say has to be told; where the bundle may say it instead, nothing has to be. */
export function needsOf(operation: Operation): Needs {
  const { keys, bundle } = operationFacts(operation);
  const [form, formThatSaysNothing] = keys;
  const possible = form.parts.flatMap((part) => OPTIONS[part] ?? []);
  return { bundle, required: formThatSaysNothing === undefined ? possible : [], possible };
}

/** Checks what is said of the addressee. Throws ClientError. */
export function checkAddressee(operation: Operation, given: Addressee, hasBundle: boolean): void {
  const { bundle, required, possible } = needsOf(operation);
  // Without a bundle of its own an audit is of what is on hand, of one cluster or of all.
  const isOfWhatIsOnHand = bundle === 'optional' && !hasBundle;
  const missing = isOfWhatIsOnHand ? [] : required.filter((option) => given[option] === undefined);
  if (missing.length > 0) throw usage(`${operation} needs ${missing.map(flagOf).join(' and ')}.`, operation);
  if (isOfWhatIsOnHand && given.release !== undefined)
    throw usage(`${operation} takes no --release without a bundle.`, operation);
  for (const [option, value] of Object.entries(given))
    if (value !== undefined && option !== 'release' && !/^[a-z0-9-]+$/.test(value))
      throw usage(
        `${flagOf(option as keyof Addressee)} ${JSON.stringify(value)}: only a-z, 0-9 and - are possible.`,
        operation,
      );
  const { release, region, cluster } = given;
  if (release !== undefined && parseRelease(release) === undefined)
    throw usage(`--release ${JSON.stringify(release)}: a release is written like 4.21.0.`, operation);
  if (possible.includes('region') && (region === undefined) !== (cluster === undefined))
    throw usage(
      '--cluster and --cluster-region go together: they say which cluster the bundle is for.',
      operation,
    );
}

/** The option that says a part. `--region` is where the pipeline is deployed, as with every AWS tool. */
export function flagOf(option: keyof Addressee): string {
  return option === 'region' ? '--cluster-region' : `--${option}`;
}

/** The object key for a bundle: `upgrade/demo/4.21.0.tgz`, `prepare/us-east-2/demo.tgz`, or the bundle's own name. */
export function objectKey(
  operation: Operation,
  { region, cluster, release, 'add-on': addOn }: Addressee,
  bundle: { readonly name: string; readonly extension: string },
): string {
  const said = Object.entries({ region, cluster, release, name: addOn, bundle: bundle.name || 'all' });
  const parts = Object.fromEntries(said.filter((each): each is [string, string] => each[1] !== undefined));
  const form = operationFacts(operation).keys.find((each) => each.parts.every((part) => part in parts));
  if (form === undefined) throw usage(`${operation} needs to be told more.`, operation);
  return form.format(parts, bundle.extension);
}

function usage(message: string, operation: Operation): ClientError {
  return new ClientError(message, `See \`sts-prep ${operation} --help\`.`, EXIT.usage);
}
