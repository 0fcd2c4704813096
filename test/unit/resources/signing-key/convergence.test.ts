import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../../../core/aws/object-store.ts';
import { undoSigningKey } from '../../../../core/resources/signing-key/undo.ts';
import { RUN } from '../../../support/fakes/demo-cluster.ts';
import { stoppingAt } from '../../../support/fakes/faults.ts';
import type { FakeStore } from '../../../support/fakes/object-store.ts';
import { apply, OTHER, OURS, PRIVATE, PUBLIC, pemOf, plan, storeWith } from './key.ts';

/** Keys that are there, and the key that the cluster signs with; without one a pair is to be made. */
const situation = fc.constantFrom<[Parameters<typeof storeWith>[0], string | undefined]>(
  [{}, undefined],
  [{}, pemOf(OTHER)],
  [{ pair: OTHER }, pemOf(OTHER)],
  [{ pair: OTHER, file: pemOf(OTHER) }, pemOf(OTHER)],
  [{ pair: OTHER, file: pemOf(OURS) }, pemOf(OTHER)],
  [{ pair: OTHER, file: pemOf(OTHER) }, pemOf(OURS)],
  [{ file: pemOf(OTHER) }, pemOf(OTHER)],
);
const stop = fc.tuple(fc.nat(6), fc.constantFrom('before' as const, 'after' as const));

const contents = (store: FakeStore) => [store.text(PRIVATE), store.text(PUBLIC)];
const undo = (store: ObjectStore) =>
  undoSigningKey({ cluster: 'demo', run: RUN }, { store, outputBucket: 'output' });

describe('a signing key in any state', () => {
  it('is converged however often and wherever the application was stopped, and as before after an undo', async () => {
    await fc.assert(
      fc.asyncProperty(situation, fc.array(stop, { maxLength: 3 }), async ([keys, bundleKey], stops) => {
        const store = await storeWith(keys);
        const before = contents(store);
        const first = await plan(store, bundleKey);
        for (const [n, when] of stops) await apply(first, stoppingAt(store, n, when)).catch(() => undefined);
        await apply(first, store);
        const signing = bundleKey ?? store.text(PUBLIC);
        expect((await plan(store, signing)).changes).toEqual([]);
        if (before[0] !== undefined) expect(store.text(PRIVATE)).toBe(before[0]);
        await undo(store);
        expect(contents(store)).toEqual(before);
      }),
    );
  });

  it('is as before, wherever application and undo were stopped, once an undo gets to its end', async () => {
    await fc.assert(
      fc.asyncProperty(situation, stop, stop, async ([keys, bundleKey], applied, undone) => {
        const store = await storeWith(keys);
        const before = contents(store);
        const first = await plan(store, bundleKey);
        await apply(first, stoppingAt(store, ...applied)).catch(() => undefined);
        await undo(stoppingAt(store, ...undone));
        // A stopped undo must never leave what a later plan takes for a lost key.
        await expect(plan(store, bundleKey)).resolves.toBeDefined();
        await undo(store);
        expect(contents(store)).toEqual(before);
      }),
    );
  });
});
