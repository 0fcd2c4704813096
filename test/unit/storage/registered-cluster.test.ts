import { describe, expect, it } from 'vitest';
import { currentStateOf, registryEntryOf } from '../../../core/storage/registered-cluster.ts';
import { demoCluster, demoEntry, RUN } from '../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../support/fakes/object-store.ts';

const ENTRY = 'clusters/demo/cluster.json';
const desired = demoCluster();
const entry = demoEntry();
const DESIRED = `clusters/demo/runs/${RUN}/desired.json`;

describe('a registered cluster', () => {
  it('has an entry, and the desired state of its last run', async () => {
    const store = fakeStore({ [ENTRY]: JSON.stringify(entry), [DESIRED]: JSON.stringify(desired) });
    await expect(registryEntryOf('demo', store)).resolves.toEqual(entry);
    await expect(currentStateOf('demo', store)).resolves.toEqual(desired);
  });

  it.each<[string, Record<string, string>]>([
    ['it was not prepared here', {}],
    ['its entry is spoilt', { [ENTRY]: '{', [DESIRED]: JSON.stringify(desired) }],
    ['the record of its last run is gone', { [ENTRY]: JSON.stringify(entry) }],
  ])('is none when %s', async (_, objects) => {
    await expect(currentStateOf('demo', fakeStore(objects))).resolves.toBeUndefined();
  });
});
