import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, vi } from 'vitest';
import * as layout from '../../../core/storage/layout.ts';
import { LOCK_WAIT_LIMIT_MS } from '../../../core/usecases/lock/lock.ts';
import type { Intercept, Outcome } from '../../support/in-process.ts';
import {
  account,
  LOCK,
  LOCK_AFTER_A_WAIT,
  lockOf,
  prepare,
  putLock,
  removeLock,
  reportOf,
  runningExecution,
  sfn,
  tries,
  undoing,
} from '../../support/lock/account.ts';

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
