import { describe, expect, it } from 'vitest';
import { DocumentUnreadable, RecordTampered } from '../../../core/domain/errors.ts';
import { digestOf } from '../../../core/storage/document.ts';
import { registeredCluster, registryEntryOf } from '../../../core/storage/registered-cluster.ts';
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
    await expect(registeredCluster('demo', store)).resolves.toEqual({ entry, current: desired });
  });

  it('is none when it was not prepared here', async () => {
    await expect(registeredCluster('demo', fakeStore())).resolves.toBeUndefined();
  });

  it.each<[string, Record<string, string>]>([
    ['its entry is spoilt', { [ENTRY]: '{', [DESIRED]: JSON.stringify(desired) }],
    ['the record of its last run is gone', { [ENTRY]: JSON.stringify(entry) }],
  ])('is not taken for none when %s', async (_, objects) => {
    await expect(registeredCluster('demo', fakeStore(objects))).rejects.toThrow(DocumentUnreadable);
  });

  it('is not gone by when its record is another one than its last run wrote', async () => {
    const known = { ...entry, lastRun: { ...entry.lastRun, desired: digestOf(JSON.stringify(desired)) } };
    const objects = (text: string) => fakeStore({ [ENTRY]: JSON.stringify(known), [DESIRED]: text });
    await expect(registeredCluster('demo', objects(JSON.stringify(desired)))).resolves.toMatchObject({
      current: desired,
    });
    await expect(registeredCluster('demo', objects(`${JSON.stringify(desired)} `))).rejects.toThrow(
      RecordTampered,
    );
  });
});
