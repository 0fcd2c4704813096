import fc from 'fast-check';
import { expect, it } from 'vitest';
import { undoObject } from '../../../../core/resources/undo-object.ts';
import { RUN } from '../../../support/fakes/demo-cluster.ts';
import { stoppingAt } from '../../../support/fakes/faults.ts';
import { ARCHIVE_KEY, apply, keyOf, MANIFESTS, plan, storeWithKeys } from './files.ts';

it('files in any state are converged wherever the application was stopped, and as before after an undo', async () => {
  const keys = [...MANIFESTS.map(({ path }) => keyOf(path)), ARCHIVE_KEY];
  const present = fc.subarray(keys);
  const stops = fc.array(fc.tuple(fc.nat(8), fc.constantFrom('before' as const, 'after' as const)), {
    maxLength: 2,
  });
  await fc.assert(
    fc.asyncProperty(present, stops, async (drifted, calls) => {
      const store = storeWithKeys(Object.fromEntries(drifted.map((key) => [key, 'of somebody'])));
      const before = store.texts();
      const changes = await plan(store);
      for (const [n, when] of calls) await apply(changes, stoppingAt(store, n, when)).catch(() => undefined);
      await apply(changes, store);
      expect(await plan(store)).toEqual([]);
      for (const key of keys) await undoObject({ key, run: RUN, bucket: 'output' }, store);
      expect(store.texts()).toEqual(before);
    }),
    { numRuns: 30 },
  );
});
