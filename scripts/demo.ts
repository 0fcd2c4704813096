import { relative } from 'node:path';
import type { ClusterRun } from '../core/domain/cluster-run.ts';
import { type Machine, operationFacts, planKey } from '../core/domain/operations.ts';
import { visible } from '../core/util/visible.ts';
import { NOTHING, objectKey, readBundle } from './local/bundle.ts';
import type { Clients } from './local/clients.ts';
import { DEMO_USAGE, readDemoArguments } from './local/demo-arguments.ts';
import { demoHints } from './local/demo-hints.ts';
import { ensureEnvironment } from './local/environment.ts';
import { type Ending, type Execution, follow } from './local/execution.ts';
import { formatCause, formatElapsed, formatSize } from './local/format.ts';
import { keepsRunning } from './local/keeps-running.ts';
import { EXIT, main } from './local/main.ts';
import { project } from './local/paths.ts';
import { progressOn } from './local/progress.ts';
import { fetchAudit, fetchDeletion, fetchPlan, fetchResults, type Results } from './local/results.ts';
import { readSettings } from './local/settings.ts';
import { handIn, startAudit } from './local/start.ts';

const SAMPLE = project('events', 'bundles', 'demo');

/** Whether the results of a run are in a folder of its release. */
const ARE_BELOW_RELEASE: Readonly<Record<ClusterRun['results'], boolean>> = {
  'install-files': false,
  'files-of-the-step': false,
  'secrets-of-the-release': true,
  nothing: false,
  'secrets-of-the-add-on': false,
};

/** What comes of bundles and of AWS is told too, and does nothing to the terminal. */
const say = (text = '') => process.stdout.write(`${visible(text)}\n`);
const progress = progressOn(process.stdout);

await main({ usage: DEMO_USAGE, leftBehind: keepsRunning }, async ({ args, variables, signal }) => {
  const wanted = readDemoArguments(args);
  if (wanted.help) {
    say(DEMO_USAGE);
    return EXIT.ok;
  }
  const { operation, addressee, isPlan } = wanted;
  const facts = operationFacts(operation);
  const settings = readSettings(variables);
  const source = wanted.source ?? (facts.bundle === 'required' ? SAMPLE : undefined);
  // Before anything is started: a wrong path should not take half a minute to be found out.
  const bundle =
    source !== undefined ? await readBundle(source) : facts.bundle === 'none' ? NOTHING : undefined;

  const environment = await ensureEnvironment(settings, progress, signal);
  const { clients, intakeBucket, outputBucket } = environment;

  let execution: Execution;
  if (bundle === undefined) {
    execution = await startAudit(environment, addressee.name);
  } else {
    const direct = objectKey(operation, addressee, bundle);
    const key = isPlan ? planKey(direct) : direct;
    progress(
      'bundle',
      `${source === undefined ? 'nothing' : shown(source)} (${formatSize(bundle.bytes.length)}) -> s3://${intakeBucket}/${key}`,
    );
    execution = await handIn(environment, { key, bytes: bundle.bytes }, progress, signal);
  }
  progress('execution', execution.name);
  say();
  signal.addEventListener('abort', () => say(`\nThe execution ${execution.name} goes on in the emulator.`));
  const ending = await tellStates(clients, execution, signal);

  const succeeded = ending.status === 'SUCCEEDED';
  const upgradeTo = facts.run && ARE_BELOW_RELEASE[facts.run.results] ? addressee.release : undefined;
  const run = {
    id: execution.name,
    cluster: ending.cluster,
    upgradeTo,
    addOn: addressee['add-on'],
    succeeded,
  };
  const fetching: Readonly<Record<Machine, () => Promise<Results>>> = {
    plan: () => fetchPlan(clients.s3, outputBucket, run, wanted.out),
    prepare: () => fetchResults(clients.s3, outputBucket, run, wanted.out),
    delete: () => fetchDeletion(clients.s3, outputBucket, run, wanted.out),
    audit: () => fetchAudit(clients.s3, outputBucket, execution.name, wanted.out),
  };
  const results =
    await fetching[isPlan && succeeded && facts.plansItself !== true ? 'plan' : facts.machine]();
  if (results.report !== undefined) say(`${results.report.markdown.trimEnd()}\n`);
  if (!succeeded) tellFailure(ending);
  const hints = demoHints([results.report?.markdown, ending.cause].join('\n'));
  if (hints.length > 0) say(`${hints.join('\n')}\n`);
  tellResults(results);
  const running = environment.isOurs ? keepsRunning() : undefined;
  if (running !== undefined) say(running);
  return succeeded ? EXIT.ok : EXIT.failed;
});

async function tellStates({ sfn }: Clients, execution: Execution, signal: AbortSignal): Promise<Ending> {
  const states = follow(sfn, execution, signal);
  let step = await states.next();
  for (; !step.done; step = await states.next())
    say(`${formatElapsed(step.value.elapsedMs)}  ${step.value.name}`);
  const ending = step.value;
  say(`${formatElapsed(ending.elapsedMs)}  ${ending.status}`);
  say();
  return ending;
}

function tellFailure({ status, error, cause }: Ending): void {
  say(`The execution did not succeed: ${error ?? status}`);
  say(
    formatCause(cause)
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n'),
  );
  say();
}

function tellResults({ directory, files, report, page }: Results): void {
  if (files.length === 0) {
    say('The execution left no results.');
    return;
  }
  progress('results', `${shown(directory)}/ (${files.length} files)`);
  if (report !== undefined) progress('report', shown(report.path));
  if (page !== undefined) progress('page', shown(page));
  say();
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short || '.';
}
