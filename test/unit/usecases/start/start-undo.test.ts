import { describe, expect, it } from 'vitest';
import * as layout from '../../../../core/storage/layout.ts';
import type { Run } from '../../../../core/storage/run.ts';
import { findRun, indexRun } from '../../../../core/storage/run-index.ts';
import { executionOf } from '../../../../core/usecases/start/start-run.ts';
import {
  type ExecutionEnded,
  startUndo,
  type UndoStarter,
  undoIfAbandoned,
  undoName,
} from '../../../../core/usecases/start/start-undo.ts';
import { defined } from '../../../../core/util/defined.ts';
import { DEMO_RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeExecutions } from '../../../support/fakes/executions.ts';
import { type FakeStore, fakeStore } from '../../../support/fakes/object-store.ts';

const DIGEST = 'a'.repeat(64);
const MACHINE = 'arn:aws:states:us-east-2:123456789012:stateMachine:undo';

function ended(status: ExecutionEnded['detail']['status']): ExecutionEnded {
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: { executionArn: DEMO_RUN.arn, name: DEMO_RUN.id, status },
  };
}

/** A store in which the run noted its cluster, and whose lock an execution holds. */
async function storeLockedBy(arn: string | undefined) {
  const store = fakeStore(
    arn === undefined
      ? {}
      : { [layout.lock.of({ cluster: 'demo' })]: JSON.stringify({ execution: arn, run: 'r' }) },
  );
  await indexRun(DEMO_RUN.id, DEMO_RUN.cluster, store);
  return store;
}

const undoing = (store: FakeStore, starter: UndoStarter) => ({ store, undoMachineArn: MACHINE, starter });

describe('the end of a run', () => {
  it.each([
    ['ABORTED', 'ExecutionAborted'],
    ['TIMED_OUT', 'ExecutionTimedOut'],
    ['FAILED', 'ExecutionDied'],
  ] as const)('that is %s while it holds the lock starts its undo as %s', async (status, error) => {
    const sfn = fakeExecutions();
    const store = await storeLockedBy(DEMO_RUN.arn);
    await expect(undoIfAbandoned(ended(status), undoing(store, sfn))).resolves.toEqual({ started: true });
    expect(sfn.started).toEqual([
      {
        machine: MACHINE,
        name: `${DEMO_RUN.id}-undo`,
        input: {
          operation: 'undo',
          run: { ...DEMO_RUN, records: { plan: 'none' } },
          error: { Error: error, Cause: expect.stringMatching(/\.$/) },
        },
      },
    ]);
  });

  it.each([
    ['released the lock', undefined],
    ['lost the lock to another', 'arn:other'],
  ])('starts nothing when the run %s', async (_, holder) => {
    const sfn = fakeExecutions();
    const store = await storeLockedBy(holder);
    await expect(undoIfAbandoned(ended('FAILED'), undoing(store, sfn))).resolves.toMatchObject({
      started: false,
    });
    expect(sfn.started).toEqual([]);
  });

  it('starts nothing when the run had not identified its cluster', async () => {
    const sfn = fakeExecutions();
    await expect(undoIfAbandoned(ended('ABORTED'), undoing(fakeStore(), sfn))).resolves.toMatchObject({
      started: false,
    });
    expect(sfn.started).toEqual([]);
  });

  it.each([
    [
      'that came past PlanChanges',
      { plan: { records: { desired: DIGEST, plan: DIGEST } } },
      { desired: DIGEST, plan: DIGEST },
    ],
    ['of an earlier release, which kept none,', { plan: { changes: 3 } }, undefined],
  ])('%s has its undo go by the digests of its history', async (_, state, records) => {
    const sfn = fakeExecutions();
    sfn.left.set(DEMO_RUN.arn, { PlanChanges: state });
    await undoIfAbandoned(ended('ABORTED'), undoing(await storeLockedBy(DEMO_RUN.arn), sfn));
    const runs = sfn.started.map(({ input }) => (input as { run: Run }).run);
    expect(runs).toEqual([{ ...DEMO_RUN, ...defined({ records }) }]);
  });

  it.each([
    ['while it waited for an approval', {}, { plan: 'none' }],
    ['after it was approved and looked at again', { ConfirmPlan: {} }, { plan: DIGEST }],
  ])('that was stopped %s undoes what it did by its plan', async (_, more, records) => {
    const sfn = fakeExecutions();
    const planned = { plan: { needsApproval: true, records: { plan: DIGEST } } };
    sfn.left.set(DEMO_RUN.arn, { PlanChanges: planned, ...more });
    await undoIfAbandoned(ended('ABORTED'), undoing(await storeLockedBy(DEMO_RUN.arn), sfn));
    expect(sfn.started.map(({ input }) => (input as { run: Run }).run.records)).toEqual([records]);
  });

  it('that is told twice starts one undo', async () => {
    const sfn = fakeExecutions();
    const store = await storeLockedBy(DEMO_RUN.arn);
    await undoIfAbandoned(ended('ABORTED'), undoing(store, sfn));
    await expect(undoIfAbandoned(ended('ABORTED'), undoing(store, sfn))).resolves.toEqual({
      started: false,
      reason: 'it was started before',
    });
    expect(sfn.started).toHaveLength(1);
  });
});

describe('an undo', () => {
  it('has the same name and input whoever starts it for the same reason', async () => {
    const sfn = fakeExecutions();
    const why = { Error: 'ExecutionAborted', Cause: 'x' };
    const store = await storeLockedBy(DEMO_RUN.arn);
    await expect(startUndo(DEMO_RUN, why, undoing(store, sfn))).resolves.toEqual({ started: true });
    await expect(startUndo(DEMO_RUN, why, undoing(store, sfn))).resolves.toMatchObject({ started: false });
  });

  it('has a name that Step Functions accepts, even for the longest name of a run', () => {
    const run = executionOf({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'b' }, object: { key: `prepare/${'k'.repeat(300)}.tgz` } },
    });
    expect(undoName(run?.name ?? '')).toMatch(/^[0-9A-Za-z_-]{1,80}$/);
  });
});

it('the cluster of a run is found by its name, once it is noted', async () => {
  const store = fakeStore();
  await expect(findRun('run-1', store)).resolves.toBeUndefined();
  await indexRun('run-1', DEMO_RUN.cluster, store);
  await expect(findRun('run-1', store)).resolves.toEqual(DEMO_RUN.cluster);
  await expect(findRun('run-10', store)).resolves.toBeUndefined();
});
