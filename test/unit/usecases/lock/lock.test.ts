import { describe, expect, it, vi } from 'vitest';
import type { ExecutionStatus } from '../../../../core/aws/executions.ts';
import * as layout from '../../../../core/storage/layout.ts';
import {
  acquireLock,
  LOCK_WAIT_LIMIT_MS,
  lockHolder,
  releaseLock,
} from '../../../../core/usecases/lock/lock.ts';
import { DEMO_RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeExecutions } from '../../../support/fakes/executions.ts';
import { failing, losingAnswerOf } from '../../../support/fakes/faults.ts';
import { type FakeStore, fakeStore } from '../../../support/fakes/object-store.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';

const KEY = layout.lock.of({ cluster: 'demo' });
const OTHER = { ...DEMO_RUN, id: 'other-run', arn: 'arn:other' };
const lockOf = (run: typeof DEMO_RUN) => JSON.stringify({ execution: run.arn, run: run.id });

/** Tries for the lock; the undo of an abandoned run is over unless the test says otherwise. */
function acquire({
  store = fakeStore(),
  waited = 0,
  other,
  undo = async () => false,
}: {
  store?: Parameters<typeof acquireLock>[2];
  waited?: number;
  other?: ExecutionStatus;
  undo?: Parameters<typeof acquireLock>[4];
}) {
  const executions = fakeExecutions(other === undefined ? {} : { [OTHER.arn]: other });
  return acquireLock(DEMO_RUN, waited, store, executions, undo);
}
const held = (store: FakeStore) => lockHolder('demo', store);

describe('taking the lock of a cluster', () => {
  it('holds it when nobody else does', async () => {
    const store = fakeStore();
    await expect(acquire({ store })).resolves.toEqual({ outcome: 'held' });
    await expect(held(store)).resolves.toEqual({ execution: DEMO_RUN.arn, run: DEMO_RUN.id });
  });

  it('holds it at the second attempt when the answer to the first was lost', async () => {
    const store = losingAnswerOf(fakeStore(), 'put');
    await expect(acquire({ store })).rejects.toThrow();
    await expect(acquire({ store })).resolves.toEqual({ outcome: 'held' });
  });

  it('is one of its own for each cluster', async () => {
    const store = fakeStore({ [layout.lock.of({ cluster: 'demo-2' })]: lockOf(OTHER) });
    await expect(acquire({ store, other: 'RUNNING' })).resolves.toEqual({ outcome: 'held' });
  });

  it('of a deletion that died is taken over without an undo, once its last function has ended', async () => {
    const deletion = JSON.stringify({ execution: OTHER.arn, run: OTHER.id, isDeletion: true });
    const undo = vi.fn(async () => true);
    const store = fakeStore({ [KEY]: deletion });
    await expect(acquire({ store, other: 'ABORTED', undo })).resolves.toMatchObject({ outcome: 'wait' });
    await expect(acquire({ store, other: 'ABORTED', undo, waited: 255_000 })).resolves.toEqual({
      outcome: 'held',
    });
    expect(undo).not.toHaveBeenCalled();
  });

  it.each(['RUNNING', 'PENDING_REDRIVE'] as const)('waits for a run that is %s', async (other) => {
    const store = fakeStore({ [KEY]: lockOf(OTHER) });
    await expect(acquire({ store, other })).resolves.toEqual({
      outcome: 'wait',
      waitSeconds: 2,
      holder: 'other-run',
    });
    await expect(held(store)).resolves.toMatchObject({ run: 'other-run' });
  });

  it.each<[string, ExecutionStatus | undefined]>([
    ['succeeded', 'SUCCEEDED'],
    ['is forgotten', undefined],
  ])('takes it over from a run that %s, and undoes nothing of it', async (_, other) => {
    const store = fakeStore({ [KEY]: lockOf(OTHER) });
    const undo = vi.fn();
    await expect(acquire({ store, ...(other === undefined ? {} : { other }), undo })).resolves.toEqual({
      outcome: 'held',
    });
    expect(undo).not.toHaveBeenCalled();
    await expect(held(store)).resolves.toMatchObject({ run: DEMO_RUN.id });
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)(
    'has a run undone that is %s, and waits for that',
    async (other) => {
      const store = fakeStore({ [KEY]: lockOf(OTHER) });
      const undo = vi.fn(async () => true);
      await expect(acquire({ store, other, undo })).resolves.toMatchObject({
        outcome: 'wait',
        holder: 'other-run, which is being undone',
      });
      expect(undo).toHaveBeenCalledWith(
        { id: 'other-run', arn: OTHER.arn, cluster: DEMO_RUN.cluster },
        other,
      );
      await expect(held(store)).resolves.toMatchObject({ run: 'other-run' });
    },
  );

  it('takes it over once the undo of such a run is over', async () => {
    const store = fakeStore({ [KEY]: lockOf(OTHER) });
    await expect(acquire({ store, other: 'ABORTED', undo: async () => false })).resolves.toEqual({
      outcome: 'held',
    });
  });

  it.each<[string, (store: FakeStore) => Promise<unknown>]>([
    ['gave the lock back', (store) => store.remove(KEY)],
    [
      'gave the lock to the next run',
      (store) => store.put(KEY, lockOf({ ...OTHER, id: 'third' }), { contentType: 'application/json' }),
    ],
  ])('has no run undone that %s and ended while it was asked after', async (_, giveBack) => {
    const store = fakeStore({ [KEY]: lockOf(OTHER) });
    const undo = vi.fn(async () => false);
    const executions = {
      status: async () => {
        await giveBack(store);
        return 'FAILED' as const;
      },
    };
    await expect(acquireLock(DEMO_RUN, 0, store, executions, undo)).resolves.toMatchObject({
      outcome: 'wait',
      holder: 'a run that has just ended',
    });
    expect(undo).not.toHaveBeenCalled();
  });

  it('does not take it over twice', async () => {
    const store = fakeStore({ [KEY]: lockOf(OTHER) });
    const overtaken = async () => {
      await store.put(KEY, lockOf({ ...OTHER, id: 'third' }), { contentType: 'application/json' });
      return false;
    };
    await expect(acquire({ store, other: 'FAILED', undo: overtaken })).resolves.toMatchObject({
      outcome: 'wait',
    });
    await expect(held(store)).resolves.toMatchObject({ run: 'third' });
  });

  it('waits when the lock is given back at that moment', async () => {
    const store = { ...fakeStore({ [KEY]: lockOf(OTHER) }), get: async () => undefined };
    await expect(acquire({ store, other: 'RUNNING' })).resolves.toMatchObject({ outcome: 'wait' });
  });

  it.each(['', 'null', '[]', '{"execution":7}'])('takes over a lock that holds %j', async (text) => {
    await expect(acquire({ store: fakeStore({ [KEY]: text }) })).resolves.toEqual({ outcome: 'held' });
  });

  it.each([
    [0, 2],
    [60_000, 8],
    [10 * 60_000, 30],
    [LOCK_WAIT_LIMIT_MS, 30],
  ])('after %i ms pauses for %i seconds', async (waited, waitSeconds) => {
    const store = fakeStore({ [KEY]: lockOf(OTHER) });
    await expect(acquire({ store, waited, other: 'RUNNING' })).resolves.toMatchObject({ waitSeconds });
  });

  it('gives up when it waited too long', async () => {
    const store = fakeStore({ [KEY]: lockOf(OTHER) });
    await expect(acquire({ store, waited: LOCK_WAIT_LIMIT_MS + 1, other: 'RUNNING' })).resolves.toEqual({
      outcome: 'busy',
      holder: 'other-run',
    });
  });

  it('fails when it is not known whether the other run is at work', async () => {
    const store = fakeStore({ [KEY]: lockOf(OTHER) });
    const executions = failing(fakeExecutions(), 'status', sdkError('ThrottlingException'));
    await expect(acquireLock(DEMO_RUN, 0, store, executions, async () => false)).rejects.toThrow();
    await expect(held(store)).resolves.toMatchObject({ run: 'other-run' });
  });
});

describe('giving the lock back', () => {
  it('frees it for others', async () => {
    const store = fakeStore({ [KEY]: lockOf(DEMO_RUN) });
    await expect(releaseLock(DEMO_RUN, store)).resolves.toEqual({ released: true });
    await expect(held(store)).resolves.toBeUndefined();
  });

  it.each([
    ['somebody else holds it', { [KEY]: lockOf(OTHER) }],
    ['nobody can read it', { [KEY]: 'x' }],
    ['nobody holds it', {}],
  ])('leaves all as it is when %s', async (_, objects) => {
    const store = fakeStore(objects);
    await expect(releaseLock(DEMO_RUN, store)).resolves.toEqual({ released: false });
    expect(store.texts()).toEqual(objects);
  });

  it('removes only what it has seen', async () => {
    const store = fakeStore({ [KEY]: lockOf(DEMO_RUN) });
    const remove = vi.fn(async () => undefined);
    await releaseLock(DEMO_RUN, { ...store, remove });
    expect(remove).toHaveBeenCalledWith(KEY, { etag: (await store.head(KEY))?.etag });
  });
});
