import { describe, expect, it, vi } from 'vitest';
import { LockLost } from '../../../../core/domain/errors.ts';
import type { UndoOutcome } from '../../../../core/domain/undo-outcome.ts';
import { runFiles } from '../../../../core/storage/run-files.ts';
import { enteredUndoSteps, undoStep } from '../../../../core/usecases/undo/undo-step.ts';
import { DEMO_RUN, demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';

const PLAN = {
  version: 1,
  run: RUN,
  signingKey: { changes: [] },
  issuer: { changes: [] },
  provider: { changes: [] },
  roles: [],
  files: { changes: [] },
} as const;
const FOLDER = `clusters/demo/runs/${RUN}/`;

const outcome = (resource: string, is: UndoOutcome['outcome']): UndoOutcome => ({
  resource,
  outcome: is,
  detail: is,
});

function plannedStore() {
  return fakeStore({
    [`${FOLDER}desired.json`]: JSON.stringify(demoCluster()),
    [`${FOLDER}plan.json`]: JSON.stringify(PLAN),
    'clusters/demo/lock': JSON.stringify({ execution: DEMO_RUN.arn, run: RUN }),
  });
}

describe('an undo step', () => {
  it('touches nothing once another run has had the cluster', async () => {
    const store = plannedStore();
    await store.remove('clusters/demo/lock');
    const undo = vi.fn(async () => []);
    await expect(undoStep('undo-roles', DEMO_RUN, store, undo)).rejects.toThrow(LockLost);
    expect(undo).not.toHaveBeenCalled();
  });

  it('undoes from the ledger and keeps its outcomes', async () => {
    const store = plannedStore();
    const outcomes = [outcome('a', 'undone'), outcome('b', 'left'), outcome('c', 'untouched')];
    const undo = vi.fn(async () => outcomes);
    await expect(undoStep('undo-roles', DEMO_RUN, store, undo)).resolves.toEqual({ undone: 1, left: 1 });
    expect(undo).toHaveBeenCalledWith({
      desired: demoCluster(),
      plan: PLAN,
      removed: { roles: [], manifests: [] },
    });
    const kept = await runFiles(DEMO_RUN, store).undo(['undo-roles']);
    expect(kept.get('undo-roles')).toEqual(outcomes);
  });

  it('is tried again for what may pass, once everything was tried and is on record', async () => {
    const store = plannedStore();
    const passing = sdkError('Throttling', 400, 'Rate exceeded');
    const attempts = [outcome('a', 'undone'), { ...outcome('b', 'left'), passing }, outcome('c', 'undone')];
    await expect(undoStep('undo-roles', DEMO_RUN, store, async () => attempts)).rejects.toBe(passing);
    const kept = await runFiles(DEMO_RUN, store).undo(['undo-roles']);
    expect(kept.get('undo-roles')).toEqual(
      attempts.map(({ resource, outcome: is }) => outcome(resource, is)),
    );
  });

  it('has nothing to bring back of what a run was to take away, until it began to', async () => {
    const removals = { roles: [], manifests: [{ path: 'a', versionId: 'v', etag: 'e' }], kept: ['why'] };
    const store = plannedStore();
    await store.put(`${FOLDER}plan.json`, JSON.stringify({ ...PLAN, removals }), { contentType: 'x' });
    const removed: unknown[] = [];
    const undo = async (ledger: { removed: unknown }) => {
      removed.push(ledger.removed);
      return [];
    };
    await undoStep('undo-secrets', DEMO_RUN, store, undo);
    await runFiles(DEMO_RUN, store).beginRemoval();
    await undoStep('undo-secrets', DEMO_RUN, store, undo);
    expect(removed).toEqual([{ roles: [], manifests: [] }, removals]);
  });

  it('has nothing to undo without a plan, and says so', async () => {
    const store = fakeStore();
    const undo = vi.fn();
    await expect(undoStep('undo-roles', DEMO_RUN, store, undo)).resolves.toEqual({ undone: 0, left: 0 });
    expect(undo).not.toHaveBeenCalled();
    expect((await runFiles(DEMO_RUN, store).undo(['undo-roles'])).get('undo-roles')).toEqual([]);
  });

  it('keeps what an earlier attempt undid, whose answer was lost', async () => {
    const store = plannedStore();
    await undoStep('undo-roles', DEMO_RUN, store, async () => [outcome('a', 'undone'), outcome('b', 'left')]);
    const again = async () => [outcome('a', 'untouched'), outcome('b', 'undone'), outcome('c', 'untouched')];
    await expect(undoStep('undo-roles', DEMO_RUN, store, again)).resolves.toEqual({ undone: 2, left: 0 });
    const kept = (await runFiles(DEMO_RUN, store).undo(['undo-roles'])).get('undo-roles');
    expect(kept).toEqual([outcome('a', 'undone'), outcome('b', 'undone'), outcome('c', 'untouched')]);
  });

  it('does not fail because an earlier attempt cannot be read', async () => {
    const store = plannedStore();
    const get = (key: string) =>
      key.includes('/undo/') ? Promise.reject(sdkError('AccessDenied', 403)) : store.get(key);
    const undone = async () => [outcome('a', 'undone')];
    await expect(undoStep('undo-roles', DEMO_RUN, { ...store, get }, undone)).resolves.toEqual({
      undone: 1,
      left: 0,
    });
  });

  it('that fails leaves no outcomes, so that nobody takes it for done', async () => {
    const store = plannedStore();
    const failing = () => Promise.reject(new Error('x'));
    await expect(undoStep('undo-roles', DEMO_RUN, store, failing)).rejects.toThrow('x');
    expect(await runFiles(DEMO_RUN, store).undo(['undo-roles'])).toEqual(new Map());
  });
});

it.each([
  [{}, []],
  [{ undoDocuments: { undone: 1, left: 0 }, undoKeyPair: null }, ['undo-documents', 'undo-key-pair']],
  [{ undoKeyPair: { Error: 'E', Cause: '' }, undoSecrets: {}, error: {} }, ['undo-secrets', 'undo-key-pair']],
])('the steps that were entered are those that left something in the state %j', (state, steps) => {
  expect(enteredUndoSteps(state)).toEqual(steps);
});
