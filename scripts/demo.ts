import { relative } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { objectKey, readBundle } from './local/bundle.ts';
import { DEMO_USAGE, readDemoArguments } from './local/demo-arguments.ts';
import { EMULATOR_LOG } from './local/emulator.ts';
import { ensureEnvironment, type LocalEnvironment } from './local/environment.ts';
import { type Ending, executionsNow, findExecution, follow } from './local/execution.ts';
import { formatCause, formatElapsed, formatSize } from './local/format.ts';
import { LocalError } from './local/local-error.ts';
import { EXIT, main } from './local/main.ts';
import { project } from './local/paths.ts';
import { progressOn } from './local/progress.ts';
import { fetchResults, type Results } from './local/results.ts';
import { readSettings } from './local/settings.ts';

const SAMPLE = project('events', 'bundles', 'demo');
/** An event takes a second at most; the rest is for hosts under load. */
const START_LIMIT_MS = 30_000;

const say = (text = '') => process.stdout.write(`${text}\n`);
const progress = progressOn(process.stdout);

await main(DEMO_USAGE, async (args, signal) => {
  const wanted = readDemoArguments(args);
  if (wanted.help) {
    say(DEMO_USAGE);
    return EXIT.ok;
  }
  const settings = readSettings(process.env);
  // Before anything is started: a wrong path should not take half a minute to be found out.
  const source = wanted.source ?? SAMPLE;
  const bundle = await readBundle(source);
  const key = objectKey(wanted.operation, wanted.cluster, bundle);

  const environment = await ensureEnvironment(settings, progress, signal);
  const { clients, intakeBucket, outputBucket } = environment;
  const stateMachines = Object.values(environment.stateMachines);

  const others = await executionsNow(clients.sfn, stateMachines);
  const { VersionId: versionId } = await clients.s3.send(
    new PutObjectCommand({ Bucket: intakeBucket, Key: key, Body: bundle.bytes }),
  );
  progress('bundle', `${shown(source)} (${formatSize(bundle.bytes.length)}) -> s3://${intakeBucket}/${key}`);

  const upload = { bucket: intakeBucket, key, versionId };
  const search = { stateMachines, others, limitMs: START_LIMIT_MS, signal };
  const execution = await findExecution(clients.sfn, upload, search);
  if (execution === undefined) throw nothingStarted(environment);
  progress('execution', execution.name);
  say();
  signal.addEventListener('abort', () => say(`\nThe execution ${execution.name} goes on in the emulator.`));

  const states = follow(clients.sfn, execution, signal);
  let step = await states.next();
  for (; !step.done; step = await states.next())
    say(`${formatElapsed(step.value.elapsedMs)}  ${step.value.name}`);
  const ending = step.value;
  say(`${formatElapsed(ending.elapsedMs)}  ${ending.status}`);
  say();

  const succeeded = ending.status === 'SUCCEEDED';
  const run = { id: execution.name, cluster: ending.cluster, succeeded };
  const results = await fetchResults(clients.s3, outputBucket, run, wanted.out);
  if (results.report !== undefined) say(`${results.report.markdown.trimEnd()}\n`);
  if (!succeeded) tellFailure(ending);
  tellResults(results);
  if (environment.isOurs) say('The local environment keeps running; `npm run local:down` stops it.');
  return succeeded ? EXIT.ok : EXIT.failed;
});

function tellFailure({ status, error, cause }: Ending): void {
  say(`The run did not succeed: ${error ?? status}`);
  say(
    formatCause(cause)
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n'),
  );
  say();
}

function tellResults({ directory, files, report }: Results): void {
  if (files.length === 0) {
    say('The run left no results.');
    return;
  }
  progress('results', `${shown(directory)}/ (${files.length} files)`);
  if (report !== undefined) progress('report', shown(report.path));
  say();
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short || '.';
}

function nothingStarted({ endpoint, isOurs }: LocalEnvironment): LocalError {
  return new LocalError(
    `The upload started no execution within ${START_LIMIT_MS / 1000} s.`,
    isOurs
      ? `The function start-run tells why: see ${EMULATOR_LOG}. 'npm run local:down' makes a fresh start possible.`
      : `See the log of the emulator at ${endpoint}, and of the function start-run in it.`,
  );
}
