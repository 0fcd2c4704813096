import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import * as layout from '../../../core/storage/layout.ts';
import {
  account,
  end,
  LOCK,
  lockOf,
  prepare,
  putLock,
  runningExecution,
  sfn,
  succeededExecution,
  tries,
  UNKNOWN_ARN,
  undoing,
} from '../../support/lock/account.ts';

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

describe('a stopped run that is redriven', () => {
  it('changes nothing once its undo was started, and takes back what it made', async () => {
    const cluster = 'redriven-after-undo';
    const run = `${cluster}-1`;
    const arn = `arn:aws:states:us-east-1:000000000000:execution:prepare:${run}`;
    const before = await account.snapshot();
    let rolesMade = 0;
    const outcome = await prepare(cluster, run, async (name, _event, call) => {
      if (name === 'register-provider')
        await putLock(cluster, JSON.stringify({ execution: arn, run, isUndone: true }));
      if (name === 'create-role') rolesMade += 1;
      return call();
    });
    expect(outcome).toMatchObject({
      status: 'FAILED',
      cause: expect.stringContaining('its undo was started'),
    });
    expect(outcome.states).toContain('RolledBack');
    expect(rolesMade).toBe(0);
    expect(await account.snapshot()).toEqual(before);
  });
});

describe('a run whose lock was taken over', () => {
  it.each([
    ['changes something', 'render-secrets', 'LockLost'],
    ['registers the cluster', 'publish-report', 'LockLost'],
    ['fails', 'verify', 'undo-key-pair: this undo step did not end: LockLost'],
  ])('before it %s changes nothing more, and leaves the lock of the other run', async (_, before, error) => {
    const cluster = `taken-${before}`;
    const other = lockOf(await runningExecution());
    const outcome = await prepare(cluster, `${cluster}-1`, async (name, _event, call) => {
      if (name === before) await putLock(cluster, other);
      if (name === 'verify' && name === before)
        throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      return call();
    });
    expect(outcome.states).toContain('RollbackIncomplete');
    expect(outcome.cause).toContain(error);
    expect(await account.read(layout.registryEntry.of({ cluster }))).toBeUndefined();
    expect(await account.read(layout.lock.of({ cluster }))).toBe(other);
  });
});
