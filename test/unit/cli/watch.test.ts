import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { watch } from '../../../cli/commands/watch.ts';
import type { FollowedMachine } from '../../../cli/deployment.ts';
import { Pace } from '../../../cli/pace.ts';
import { Ui } from '../../../cli/ui.ts';
import { machineArn, mockedDeployment } from '../../support/mocked-deployment.ts';
import { said } from '../../support/said.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const s3 = mockClient(S3Client);
const sfn = mockClient(SFNClient);
// Files share a process, and others ask a server.
afterAll(() => {
  s3.restore();
  sfn.restore();
});

beforeEach(() => {
  s3.reset();
  sfn.reset();
  const noSuch = { message: 'none', $metadata: {} };
  sfn.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist(noSuch));
  s3.on(GetObjectCommand).rejects(new NoSuchKey(noSuch));
});

interface Ran {
  readonly status?: 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly error?: string;
  readonly input: unknown;
  /** Each with its output, where that matters. */
  readonly states: readonly (string | readonly [name: string, output: unknown])[];
}

const ENDS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  ABORTED: 'ExecutionAborted',
} as const;

/** Has Step Functions know an execution that has ended. */
function ran(machine: FollowedMachine, name: string, { status = 'SUCCEEDED', error, input, states }: Ran) {
  const executionArn = `${machineArn(machine).replace(':stateMachine:', ':execution:')}:${name}`;
  const [startDate, stopDate] = [new Date(0), new Date(9_000)];
  sfn
    .on(DescribeExecutionCommand, { executionArn })
    .resolves({ name, status, startDate, stopDate, ...(error === undefined ? {} : { error }) });
  const events: Omit<HistoryEvent, 'id' | 'timestamp'>[] = [
    { type: 'ExecutionStarted', executionStartedEventDetails: { input: JSON.stringify(input) } },
    ...states.flatMap((state): Omit<HistoryEvent, 'id' | 'timestamp'>[] => {
      const [each, output = {}] = typeof state === 'string' ? [state] : state;
      return [
        { type: 'TaskStateEntered', stateEnteredEventDetails: { name: each } },
        { type: 'TaskStateExited', stateExitedEventDetails: { name: each, output: JSON.stringify(output) } },
      ];
    }),
    { type: ENDS[status] },
  ];
  sfn.on(GetExecutionHistoryCommand, { executionArn }).resolves({
    events: events.map((event, index) => ({ ...event, id: index + 1, timestamp: startDate })).reverse(),
  });
}

function bucketHolds(objects: Readonly<Record<string, string>>): void {
  s3.on(ListObjectsV2Command).callsFake(({ Prefix }: { Prefix: string }) => ({
    Contents: Object.keys(objects)
      .filter((key) => key.startsWith(Prefix))
      .map((Key) => ({ Key, LastModified: new Date() })),
  }));
  for (const [Key, text] of Object.entries(objects))
    s3.on(GetObjectCommand, { Key }).resolves({
      Body: {
        transformToByteArray: async () => Buffer.from(text),
        transformToString: async () => text,
      } as never,
    });
}

/** A pace that takes no time. */
class Hurried extends Pace {
  override async turn(): Promise<void> {}
}

async function watched(name: string, options: { readonly json?: boolean; readonly withKey?: boolean } = {}) {
  const { streams, text } = said();
  const out = temporaryFolder('watch-test-');
  const work = {
    ui: new Ui(streams, options),
    pace: new Hurried(),
    signal: new AbortController().signal,
    handIn: () => Promise.reject(new Error('nothing is handed in')),
    hints: () => [],
    withKey: options.withKey ?? false,
  };
  const code = await watch(mockedDeployment, name, { out, stack: 'StsPrep' }, work);
  const has = (path: string) => existsSync(join(out, path));
  return { code, has, ...text };
}

const read = (name: string) => ['ReadBundle', { read: { cluster: { name } } }] as const;

const RESULTS = [
  'cluster.json',
  'upgrades/4.21.0/manifests/a.yaml',
  'upgrades/4.20.0/manifests/a.yaml',
  'add-ons/efs/manifests/a.yaml',
  'install.tar.gz',
];

test.each([
  ['prepare', 'prepare/prod.tgz', []],
  ['upgrade', 'upgrade/prod/4.21.0.tar.gz', ['upgrades/4.21.0/manifests/a.yaml']],
  ['prune', 'prune/prod/4.21.0.tgz', []],
  ['add', 'add/prod/efs.yaml', ['add-ons/efs/manifests/a.yaml']],
  ['remove', 'remove/prod/efs.yaml', ['add-ons/efs/manifests/a.yaml']],
])('who comes back to a run of %s gets what it has for the cluster', async (operation, key, own) => {
  const input = { operation, bundle: { bucket: 'intake', key } };
  ran('prepare', 'prod-1', { input, states: [read('prod'), 'Prepared'] });
  bucketHolds(Object.fromEntries(RESULTS.map((file) => [`clusters/prod/${file}`, 'x'])));
  const { code, has } = await watched('prod-1');
  expect(code).toBe(0);
  expect(RESULTS.filter((file) => has(`prod/${file}`))).toEqual(
    RESULTS.filter((file) => ['cluster.json', ...own].includes(file)),
  );
});

test.each([
  [false, false],
  [true, true],
])('what holds the private key is among the results where it may be: %s', async (withKey, isThere) => {
  const input = { operation: 'prepare', bundle: { bucket: 'intake', key: 'prepare/prod.tgz' } };
  ran('prepare', 'prod-1', { input, states: [read('prod'), 'Prepared'] });
  bucketHolds({ 'clusters/prod/install.tar.gz': 'x' });
  expect((await watched('prod-1', { withKey })).has('prod/install.tar.gz')).toBe(isThere);
});

test.each([
  ['made', 'SUCCEEDED', 'clusters/prod/runs/plan-1/plan-report.md', [read('prod'), 'Planned'], 0],
  [
    'refused',
    'FAILED',
    'rejected/plan-1/report.md',
    [['ReadBundle', { read: { rejection: { report: 'rejected/plan-1/report.json' } } }], 'BundleRejected'],
    3,
  ],
] as const)(
  'who comes back to a plan that was %s is shown why',
  async (_, status, report, states, exitCode) => {
    const input = { operation: 'plan', bundle: { bucket: 'intake', key: 'plan/prepare/prod.tgz' } };
    ran('plan', 'plan-1', { status, input, states });
    bucketHolds({ [report]: 'This is why.' });
    const { code, stdout } = await watched('plan-1');
    expect(code).toBe(exitCode);
    expect(stdout).toContain('This is why.');
  },
);

const stopped = { run: { id: 'prod-1', arn: 'arn', cluster: { name: 'prod', region: 'us-east-1' } } };
const undoInput = {
  operation: 'undo',
  ...stopped,
  error: { Error: 'ExecutionAborted', Cause: 'Stopped by hand.' },
};
const prepareInput = { operation: 'prepare', bundle: { bucket: 'intake', key: 'prepare/prod.tgz' } };
const holdsLock = { 'clusters/prod/lock': JSON.stringify({ run: 'prod-1' }) };
const report = { 'clusters/prod/runs/prod-1/report.md': 'The report of the run.' };

/** Has a run be stopped, and what undoes it end in a state. */
function stoppedRun(undoneAs?: 'Undone' | 'RollbackIncomplete'): void {
  ran('prepare', 'prod-1', { status: 'ABORTED', input: prepareInput, states: [read('prod'), 'CreateRoles'] });
  if (undoneAs !== undefined)
    ran('undo', 'prod-1-undo', {
      ...(undoneAs === 'Undone' ? {} : { status: 'FAILED', error: 'ResourceConflict' }),
      input: undoInput,
      states: ['WaitForTasks', 'UndoSecrets', undoneAs],
    });
}

test.each([
  ['Undone', 'by its own name', 'prod-1-undo', 1],
  ['RollbackIncomplete', 'by its own name', 'prod-1-undo', 4],
  ['Undone', 'by that of the run that it undoes', 'prod-1', 1],
  ['RollbackIncomplete', 'by that of the run that it undoes', 'prod-1', 4],
  ['Undone', 'by that of the cluster', 'prod', 1],
] as const)('an undo that ends as %s is followed %s', async (undoneAs, _, name, exitCode) => {
  stoppedRun(undoneAs);
  bucketHolds({ ...holdsLock, ...report });
  const { code, stdout, has } = await watched(name);
  expect(code).toBe(exitCode);
  expect(stdout).toMatch(
    /ExecutionAborted: what this run made is taken back\n +Stopped by hand\.\n.*UndoSecrets \(rollback\)/,
  );
  expect(stdout).toContain('The report of the run.');
  expect(stdout.includes('The run prod-1 was stopped, and what it had made is taken back.')).toBe(
    undoneAs === 'Undone',
  );
  expect(has('prod/runs/prod-1/report.md')).toBe(true);
});

test.each([
  ['made nothing', {}, 1],
  ['is not taken back yet', holdsLock, 4],
])('a run that was stopped and %s: that is what is told', async (_, lock, exitCode) => {
  stoppedRun();
  bucketHolds({ ...report, ...lock });
  const { code, stdout } = await watched('prod-1');
  expect(code).toBe(exitCode);
  expect(stdout.includes('What the run made is not taken back yet.')).toBe(exitCode === 4);
});
