import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Operation, operationFacts } from '../core/domain/operations.ts';
import { planKey } from '../core/domain/plan-key.ts';
import { word } from '../core/util/shell.ts';
import { type Bundle, NOTHING, readBundle, readOrder } from './bundle.ts';
import type { Deployment } from './deployment.ts';
import { ClientError, EXIT } from './errors.ts';
import type { Execution } from './execution.ts';
import { followWithUndo } from './follow-with-undo.ts';
import { formatSize } from './format.ts';
import { hasManifests } from './install.ts';
import { type Addressee, checkAddressee, isForInstaller, objectKey } from './operation.ts';
import { fetchInstallFiles } from './place.ts';
import { registeredEntry } from './registered.ts';
import { startAudit } from './start.ts';
import { shown, tellResults } from './tell-results.ts';
import type { Ui } from './ui.ts';
import type { Work } from './work.ts';

/** What is asked for. */
export interface Wanted {
  readonly operation: Operation;
  readonly isPlan: boolean;
  /** A directory or a bundle. */
  readonly source: string | undefined;
  readonly addressee: Addressee;
  /** The installer's directory, which the files of a new cluster are put into. */
  readonly installDir?: string | undefined;
  /** Results go to a folder per cluster, and one per audit, in here. */
  readonly out: string;
  /** Says what would be uploaded, and ends. */
  readonly showBundle?: boolean | undefined;
}

/** Does an operation from the bundle to its results; returns the exit code. Throws ClientError. */
export async function runOperation(
  wanted: Wanted,
  deploymentOf: () => Promise<Deployment>,
  work: Work,
): Promise<number> {
  const { operation, addressee, source, isPlan } = wanted;
  const { ui } = work;
  checkAddressee(operation, addressee, source !== undefined);
  // Before anything is asked or started: a wrong path should not take half a minute to be found out.
  const bundle = await bundleOf(wanted);
  if (wanted.showBundle === true) return showBundle(bundle ?? NOTHING, ui);

  const deployment = await deploymentOf();
  // An audit finds nothing wrong with a cluster that is not there; every run on one is refused.
  if (operationFacts(operation).bundle === 'optional' && addressee.cluster !== undefined)
    await registeredEntry(deployment, addressee.cluster);
  let execution: Execution;
  if (bundle === undefined) execution = await startAudit(deployment, addressee.cluster);
  else {
    const direct = objectKey(operation, addressee, bundle);
    const key = isPlan ? planKey(direct) : direct;
    const address = `s3://${deployment.intakeBucket}/${key}`;
    ui.progress(
      'bundle',
      `${source === undefined ? 'nothing' : shown(source)} (${formatSize(bundle.bytes.length)}) -> ${address}`,
    );
    if (bundle.left.length > 0)
      ui.progress('', `${bundle.left.length} things were left out; --show-bundle lists them`);
    ui.tell({ event: 'upload', address, bytes: bundle.bytes.length });
    execution = await work.handIn(deployment, { key, bytes: bundle.bytes });
  }
  const told = await followWithUndo(deployment, execution, work);
  const { ending, outcome } = told;
  await tellResults(deployment, told, wanted.out, work);
  if (outcome === EXIT.ok && !isPlan && isForInstaller(operation) && ending.cluster !== undefined)
    return await place(deployment, ending.cluster, wanted, ui);
  return outcome;
}

/** Undefined where nothing is uploaded. */
async function bundleOf({ operation, source }: Wanted): Promise<Bundle | undefined> {
  const { bundle } = operationFacts(operation);
  const reading: Readonly<Record<typeof bundle, (path: string) => Bundle | Promise<Bundle>>> = {
    required: readBundle,
    optional: readBundle,
    order: readOrder,
    none: () => NOTHING,
  };
  if (source !== undefined) return reading[bundle](source);
  if (bundle === 'none') return NOTHING;
  if (bundle === 'optional') return undefined;
  throw new ClientError(
    `${operation} needs a directory or a file.`,
    `See \`sts-prep ${operation} --help\`.`,
    EXIT.usage,
  );
}

async function place(
  deployment: Deployment,
  cluster: string,
  { source, installDir }: Wanted,
  ui: Ui,
): Promise<number> {
  const isInstallers =
    source !== undefined && (existsSync(join(source, 'install-config.yaml')) || hasManifests(source));
  const directory = installDir ?? (isInstallers ? source : undefined);
  if (directory === undefined) {
    ui.say(
      `Next, in the installer's directory: \`openshift-install create manifests\`, then \`sts-prep fetch ${cluster} --install-dir <dir>\`.`,
    );
    return EXIT.ok;
  }
  // Whoever names the directory wants the files in there; of one that happens to be the installer's it is a next step.
  if (installDir === undefined && !hasManifests(directory)) {
    ui.say(
      `Next: \`openshift-install create manifests --dir ${word(directory)}\`, then \`sts-prep fetch ${cluster} --install-dir ${word(directory)}\`.`,
    );
    return EXIT.ok;
  }
  await fetchInstallFiles(deployment, cluster, directory, ui);
  return EXIT.ok;
}

function showBundle({ files, left }: Bundle, ui: Ui): number {
  ui.tell({ event: 'bundle', files: files.map(({ path, bytes }) => ({ path, bytes: bytes.length })), left });
  ui.say(files.length === 0 ? 'Nothing but the key would be uploaded.' : 'Would be uploaded:');
  for (const { path, bytes } of files) ui.say(`  ${path} (${formatSize(bytes.length)})`);
  if (left.length > 0) ui.say('\nStays here:');
  for (const { what, why } of left) ui.say(`  ${what}: ${why}`);
  for (const { path, bytes } of files.filter(({ path: file }) => /install-config\.ya?ml$/.test(file)))
    ui.say(`\n${path}, as it would be uploaded:\n${new TextDecoder().decode(bytes)}`);
  return EXIT.ok;
}
