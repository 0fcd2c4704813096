import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Report, reportSchema } from '../../core/domain/report.ts';
import * as layout from '../../core/storage/layout.ts';
import { LOCK_WAIT_LIMIT_MS } from '../../core/usecases/lock/lock.ts';
import { type TestAccount, testAccount } from '../support/account.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  rsaKeyPair,
} from '../support/bundles.ts';
import { type Intercept, type Outcome, runInProcess } from '../support/in-process.ts';

const signingKey = publicPem(rsaKeyPair().publicKey);
const UNKNOWN_ARN = 'arn:aws:states:us-east-1:000000000000:execution:prepare:long-gone';

let account: TestAccount;
let sfn: SFNClient;
/** State machines of the emulator whose executions go on until they are stopped, or end at once. */
let waiting: string;
let ending: string;
/** Stands for the state machine that undoes abandoned runs. */
let undoing: string;
const started: string[] = [];

/** A real execution of the emulator that is running until it is stopped. */
async function runningExecution(): Promise<string> {
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: waiting }));
  started.push(executionArn);
  return executionArn;
}

async function succeededExecution(): Promise<string> {
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: ending }));
  await vi.waitUntil(
    async () => {
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'SUCCEEDED';
    },
    { timeout: 20_000 },
  );
  return executionArn;
}

async function end(executionArn: string): Promise<void> {
  await sfn.send(new StopExecutionCommand({ executionArn }));
}

async function createStateMachine(name: string, state: object): Promise<string> {
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      definition: JSON.stringify({ StartAt: 'Only', States: { Only: state } }),
      roleArn: `arn:aws:iam::${account.id}:role/of-state-machines`,
    }),
  );
  return stateMachineArn;
}

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
  sfn = new SFNClient({});
  const wait = { Type: 'Wait', Seconds: 3_600, End: true };
  waiting = await createStateMachine('waiting', wait);
  ending = await createStateMachine('ending', { Type: 'Succeed' });
  undoing = await createStateMachine('undoing', wait);
  process.env['UNDO_STATE_MACHINE_ARN'] = undoing;
});

afterAll(async () => {
  await Promise.all(started.map(end));
});

afterEach(() => {
  vi.useRealTimers();
});

function putLock(cluster: string, content: string): Promise<unknown> {
  return account
    .s3()
    .send(new PutObjectCommand({ Bucket: account.output, Key: layout.lock.of({ cluster }), Body: content }));
}

function lockOf(execution: string, run = 'another-run'): string {
  return JSON.stringify({ execution, run });
}

function removeLock(cluster: string): Promise<unknown> {
  return account
    .s3()
    .send(new DeleteObjectCommand({ Bucket: account.output, Key: layout.lock.of({ cluster }) }));
}

async function prepare(cluster: string, run: string, intercept?: Intercept, arn?: string): Promise<Outcome> {
  const key = 'prepare/bundle.tgz';
  const bytes = await bundle({
    [CLUSTER_FILE]: clusterYaml({ name: cluster }),
    [PUBLIC_KEY_FILE]: signingKey,
  });
  const versionId = await account.upload(key, bytes);
  const input = { operation: 'prepare', bundle: { bucket: account.intake, key, versionId } };
  return runInProcess(run, input, intercept, arn);
}

async function reportOf(cluster: string, run: string): Promise<Report> {
  return reportSchema.parse(
    JSON.parse((await account.read(`clusters/${cluster}/runs/${run}/report.json`)) ?? ''),
  );
}

const LOCK = ['Lock', 'IsLockHeld'];
const LOCK_AFTER_A_WAIT = [...LOCK, 'WaitForCluster', ...LOCK];

/** The states from the first try for the lock to the beginning of the work. */
function tries({ states }: Outcome): readonly string[] {
  const end = states.indexOf('PlanChanges');
  return states.slice(states.indexOf('Lock'), end === -1 ? undefined : end);
}

describe('a run whose cluster is locked by a run that is at work', () => {
  it('waits, does nothing meanwhile, and proceeds when the lock is given back', async () => {
    await putLock('waiting', lockOf(await runningExecution()));
    const called: string[] = [];
    const outcome = await prepare('waiting', 'waiting-1', async (name, _event, call) => {
      if (called.filter((each) => each === 'lock').length === 2 && name === 'lock')
        await removeLock('waiting');
      called.push(name);
      return call();
    });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(tries(outcome)).toEqual([...LOCK_AFTER_A_WAIT, 'WaitForCluster', ...LOCK]);
    expect(called.slice(0, 5)).toEqual(['read-bundle', 'lock', 'lock', 'lock', 'plan-changes']);
    expect(await account.keys(layout.lock.of({ cluster: 'waiting' }))).toEqual([]);
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: undoing }));
    expect(executions).toEqual([]);
  });

  it('waits for as long as the other one works, and finds its work done', async () => {
    const arns = await Promise.all([runningExecution(), runningExecution()]);
    let secondHasToWait = () => {};
    const secondWaits = new Promise<void>((resolve) => {
      secondHasToWait = resolve;
    });
    const timeline: string[] = [];
    const first = prepare(
      'shared',
      'first',
      async (name, _event, call) => {
        if (name === 'plan-changes') {
          second = prepare('shared', 'second', interceptSecond, arns[1]);
          await secondWaits;
        }
        timeline.push(`first ${name}`);
        return call();
      },
      arns[0],
    );
    let second: Promise<Outcome> | undefined;
    const interceptSecond: Intercept = async (name, _event, call) => {
      const result = await call();
      if (name === 'lock' && (result as { outcome: string }).outcome === 'wait') {
        timeline.push('second waits');
        secondHasToWait();
      } else timeline.push(`second ${name}`);
      return result;
    };

    expect(await first).toMatchObject({ status: 'SUCCEEDED' });
    const outcome = await (second as Promise<Outcome> | undefined);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome?.states).toContain('WaitForCluster');
    expect(outcome?.states).not.toContain('CreateKeyPair');
    const whileFirstWorks = timeline.slice(
      timeline.indexOf('first plan-changes'),
      timeline.indexOf('first unlock'),
    );
    expect(whileFirstWorks.filter((entry) => /^second (?!waits)/.test(entry))).toEqual([]);
    expect((await reportOf('shared', 'second')).changes).toEqual([]);
  });

  it('gives up with ClusterBusy when its patience is over, and touches nothing, not even the lock', async () => {
    const lock = lockOf(await runningExecution(), 'busy-since-long');
    await putLock('busy', lock);
    const before = await account.snapshot();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const called: string[] = [];
    const outcome = await prepare('busy', 'busy-1', (name, _event, call) => {
      called.push(name);
      if (called.length === 3) vi.setSystemTime(Date.now() + LOCK_WAIT_LIMIT_MS + 1);
      return call();
    });
    vi.useRealTimers();

    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'ClusterBusy',
      cause: expect.stringContaining('busy-since-long'),
    });
    expect(outcome.states.slice(2)).toEqual([
      ...LOCK_AFTER_A_WAIT,
      'ReportFailure',
      'UnlockAfterFailure',
      'ChooseOutcome',
      'ClusterBusy',
    ]);
    expect(called).toEqual(['read-bundle', 'lock', 'lock', 'report-failure', 'unlock']);
    expect(await account.snapshot()).toEqual(before);
    expect(await account.read(layout.lock.of({ cluster: 'busy' }))).toBe(lock);
    expect(await reportOf('busy', 'busy-1')).toMatchObject({
      outcome: 'cluster-busy',
      error: { name: 'ClusterBusy', cause: outcome.cause },
      changes: [],
      undo: [],
    });
  });

  it('does not keep runs for other clusters waiting', async () => {
    const lock = lockOf(await runningExecution());
    await putLock('one', lock);
    const outcome = await prepare('two', 'two-1');
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(tries(outcome)).toEqual(LOCK);
    expect(await account.read(layout.lock.of({ cluster: 'one' }))).toBe(lock);
  });
});

describe('a lock that was not given back', () => {
  it.each([
    ['of an execution that is not known any more', async () => lockOf(UNKNOWN_ARN)],
    ['of an execution that succeeded', async () => lockOf(await succeededExecution())],
    ['that names no execution', async () => lockOf('')],
    ['that is not written by a run', async () => 'hands off'],
  ])('is taken over at once: one %s', async (title, content) => {
    const cluster = `stale-${title.length}`;
    await putLock(cluster, await content());
    const outcome = await prepare(cluster, `${cluster}-1`);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(tries(outcome)).toEqual(LOCK);
    expect(await account.keys(layout.lock.of({ cluster }))).toEqual([]);
  });

  it('of a run that was stopped is taken over when that run has been undone', async () => {
    const holder = await runningExecution();
    await putLock('stopped', lockOf(holder, 'stopped-0'));
    const undo = `${undoing.replace(':stateMachine:', ':execution:')}:stopped-0-undo`;
    const called: string[] = [];
    const outcome = await prepare('stopped', 'stopped-1', async (name, _event, call) => {
      called.push(name);
      const attempt = called.filter((each) => each === 'lock').length;
      if (name === 'lock' && attempt === 2) await end(holder);
      if (name === 'lock' && attempt === 4) {
        const { input = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn: undo }));
        expect(JSON.parse(input)).toMatchObject({
          run: { id: 'stopped-0', arn: holder, cluster: { name: 'stopped' } },
        });
        await end(undo);
      }
      return call();
    });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(called.slice(0, 6)).toEqual(['read-bundle', 'lock', 'lock', 'lock', 'lock', 'plan-changes']);
    expect(await account.keys(layout.lock.of({ cluster: 'stopped' }))).toEqual([]);
  });

  it('is taken over by one run only when two try at once', async () => {
    await putLock('raced', lockOf(UNKNOWN_ARN));
    const arns = await Promise.all([runningExecution(), runningExecution()]);
    const holders: string[] = [];
    const mostAtOnce: number[] = [];
    const outcomes = await Promise.all(
      arns.map((arn, index) =>
        prepare(
          'raced',
          `raced-${index}`,
          async (name, _event, call) => {
            if (name === 'unlock') holders.splice(holders.indexOf(arn), 1);
            const result = await call();
            if (name === 'lock' && (result as { outcome: string }).outcome === 'held') holders.push(arn);
            mostAtOnce.push(holders.length);
            return result;
          },
          arn,
        ),
      ),
    );
    expect(outcomes).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    expect(Math.max(...mostAtOnce)).toBe(1);
    expect(outcomes.filter(({ states }) => states.includes('CreateKeyPair'))).toHaveLength(1);
  });

  it.each([
    ['prepared', 'Prepared', 'none'],
    ['rolled back', 'RolledBack', 'verify'],
  ])('does not keep a run from ending as %s, nor the next one from working', async (_title, end, failing) => {
    const cluster = `unlocked-not-${failing}`;
    const outcome = await prepare(cluster, `${cluster}-1`, (name, _event, call) => {
      if (name === failing) throw Object.assign(new Error('The first error'), { name: 'AccessDenied' });
      if (name === 'unlock') throw Object.assign(new Error('The second error'), { name: 'AccessDenied' });
      return call();
    });
    expect(outcome.states.at(-1)).toBe(end);
    expect(outcome.cause).toBe(failing === 'none' ? undefined : 'The first error');
    expect(await account.read(layout.lock.of({ cluster }))).toContain(`${cluster}-1`);

    const next = await prepare(cluster, `${cluster}-2`);
    expect(next).toMatchObject({ status: 'SUCCEEDED' });
    expect(tries(next)).toEqual(LOCK);
    expect(await account.keys(layout.lock.of({ cluster }))).toEqual([]);
  });
});

describe('a run whose lock was taken over', () => {
  it.each([
    ['succeeds', 'none'],
    ['fails', 'verify'],
  ])('does not remove the lock of the other run when it %s', async (_title, failing) => {
    const cluster = `taken-${failing}`;
    const other = lockOf(await runningExecution());
    const outcome = await prepare(cluster, `${cluster}-1`, async (name, _event, call) => {
      if (name === 'render-secrets') await putLock(cluster, other);
      if (name === failing) throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      return call();
    });
    expect(outcome.states).toContain(failing === 'none' ? 'Prepared' : 'RolledBack');
    expect(await account.read(layout.lock.of({ cluster }))).toBe(other);
  });
});
