import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ClusterRun } from '../core/domain/cluster-run.ts';
import type { Machine } from '../core/domain/operation-facts.ts';
import { type Operation, operationFacts } from '../core/domain/operations.ts';
import { planKey } from '../core/domain/plan-key.ts';
import { word } from '../core/util/shell.ts';
import { type Bundle, NOTHING, readBundle, readOrder } from './bundle.ts';
import type { Deployment } from './deployment.ts';
import { ClientError, EXIT } from './errors.ts';
import type { Execution } from './execution.ts';
import { followAndTell, type Told } from './follow-and-tell.ts';
import { formatSize } from './format.ts';
import { hasManifests } from './install.ts';
import { type Addressee, checkAddressee, isForInstaller, objectKey } from './operation.ts';
import type { Pace } from './pace.ts';
import { fetchInstallFiles } from './place.ts';
import {
  type FinishedRun,
  fetchAudit,
  fetchDeletion,
  fetchPlan,
  fetchResults,
  type Results,
} from './results.ts';
import { type HandedIn, startAudit } from './start.ts';
import type { Ui } from './ui.ts';

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
  /** Whether the private key is among the results too, as of an emulator it may. */
  readonly withKey?: boolean | undefined;
  /** Says what would be uploaded, and ends. */
  readonly showBundle?: boolean | undefined;
}

/** What a command works with. */
export interface Work {
  readonly ui: Ui;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Uploads, and finds the execution. */
  readonly handIn: (deployment: Deployment, bundle: HandedIn) => Promise<Execution>;
  /** How what is said of uploads is done from where the caller is. */
  readonly hints: (text: string) => readonly string[];
}

/** Whether the results of a run are in a folder of its release. */
const ARE_BELOW_RELEASE: Readonly<Record<ClusterRun['results'], boolean>> = {
  'install-files': false,
  manifests: false,
  'files-of-the-step': false,
  'secrets-of-the-release': true,
  nothing: false,
  'secrets-of-the-add-on': false,
};

/** Does an operation from the bundle to its results; returns the exit code. Throws ClientError. */
export async function runOperation(
  wanted: Wanted,
  deploymentOf: () => Promise<Deployment>,
  work: Work,
): Promise<number> {
  const { operation, addressee, source, isPlan } = wanted;
  const { ui } = work;
  const facts = operationFacts(operation);
  checkAddressee(operation, addressee, source !== undefined);
  // Before anything is asked or started: a wrong path should not take half a minute to be found out.
  const bundle = await bundleOf(wanted);
  if (wanted.showBundle === true) return showBundle(bundle ?? NOTHING, ui);

  const deployment = await deploymentOf();
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
  const told = await followAndTell(deployment, execution, work);
  const { ending, outcome } = told;
  const succeeded = outcome === EXIT.ok;
  const upgradeTo = facts.run && ARE_BELOW_RELEASE[facts.run.results] ? addressee.release : undefined;
  const run = {
    id: execution.name,
    cluster: ending.cluster,
    upgradeTo,
    addOn: addressee['add-on'],
    succeeded,
    leavesKey: wanted.withKey !== true,
  };
  await tellResults(
    deployment,
    isPlan && succeeded && facts.plansItself !== true ? 'plan' : facts.machine,
    run,
    told,
    wanted.out,
    work,
  );
  if (succeeded && !isPlan && isForInstaller(operation) && ending.cluster !== undefined)
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

/** Fetches the results of an execution and says where they are. */
export async function tellResults(
  { clients: { s3 }, outputBucket }: Deployment,
  machine: Machine,
  run: FinishedRun,
  { ending }: Told,
  out: string,
  { ui, hints }: Pick<Work, 'ui' | 'hints'>,
): Promise<void> {
  const fetching: Readonly<Record<Machine, () => Promise<Results>>> = {
    plan: () => fetchPlan(s3, outputBucket, run, out),
    prepare: () => fetchResults(s3, outputBucket, run, out),
    delete: () => fetchDeletion(s3, outputBucket, run, out),
    audit: () => fetchAudit(s3, outputBucket, run.id, out),
  };
  const { directory, files, report, page } = await fetching[machine]();
  if (report !== undefined) ui.say(`${report.markdown.trimEnd()}\n`);

  const told = hints([report?.markdown, ending.cause].join('\n'));
  if (told.length > 0) ui.say(`${told.join('\n')}\n`);
  ui.tell({ event: 'results', directory, files, report: report?.path, page });
  if (files.length === 0) {
    ui.say('The execution left no results.');
    return;
  }
  ui.progress('results', `${shown(directory)}/ (${files.length} files)`);
  if (report !== undefined) ui.progress('report', shown(report.path));
  if (page !== undefined) ui.progress('page', shown(page));
  ui.say();
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

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short || '.';
}
