import { relative } from 'node:path';
import type { ClusterRun } from '../core/domain/cluster-run.ts';
import { operationFacts, operationOfKey } from '../core/domain/operations.ts';
import { type Deployment, type FollowedMachine, machineOf } from './deployment.ts';
import { EXIT } from './errors.ts';
import type { Told } from './follow-and-tell.ts';
import {
  type FinishedRun,
  fetchAudit,
  fetchDeletion,
  fetchPlan,
  fetchResults,
  type Results,
} from './results.ts';
import type { Work } from './work.ts';

/** Which of the parts of a bundle's key names a folder of results. */
const FOLDERS: Readonly<Record<ClusterRun['results'], 'release' | 'name' | undefined>> = {
  'install-files': undefined,
  manifests: undefined,
  'files-of-the-step': undefined,
  'secrets-of-the-release': 'release',
  'secrets-of-the-add-on': 'name',
  nothing: undefined,
};

/** Fetches the results of an execution that has ended and says where they are. */
export async function tellResults(
  deployment: Deployment,
  told: Told,
  out: string,
  { ui, hints, withKey }: Work,
): Promise<void> {
  const {
    clients: { s3 },
    outputBucket,
  } = deployment;
  const run = { ...finishedRun(told), leavesKey: !withKey };
  const fetching: Readonly<Record<FollowedMachine, () => Promise<Results>>> = {
    // Of a plan that could not be made there is the report of a run.
    plan: () => (run.succeeded ? fetchPlan : fetchResults)(s3, outputBucket, run, out),
    prepare: () => fetchResults(s3, outputBucket, run, out),
    undo: () => fetchResults(s3, outputBucket, run, out),
    delete: () => fetchDeletion(s3, outputBucket, run, out),
    audit: () => fetchAudit(s3, outputBucket, run.id, out),
  };
  const { directory, files, report, page } = await fetching[machineOf(deployment, told.execution)]();
  if (report !== undefined) ui.say(`${report.markdown.trimEnd()}\n`);

  const commands = hints([report?.markdown, told.ending.cause].join('\n'));
  if (commands.length > 0) ui.say(`${commands.join('\n')}\n`);
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

/** What undid a run tells in the reports of that. */
function finishedRun({ execution: { name }, ending: { cluster, key, undid }, outcome }: Told): FinishedRun {
  return { id: undid ?? name, cluster, succeeded: outcome === EXIT.ok, ...ownFolder(key) };
}

/** The folder of results that is a run's own, by the key of its bundle: whoever comes back to it knows nothing else. */
function ownFolder(key = ''): Pick<FinishedRun, 'upgradeTo' | 'addOn'> {
  const known = operationOfKey(key);
  if (known === undefined) return {};
  const { run, keys } = operationFacts(known);
  const part = run && FOLDERS[run.results];
  if (part === undefined) return {};
  const { [part]: name } = keys.map((form) => form.parse(key)).find((each) => each !== undefined) ?? {};
  return part === 'release' ? { upgradeTo: name } : { addOn: name };
}

/** A path, from where the caller is if that is shorter. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short || '.';
}
