import type { ObjectStore } from '../aws/object-store.ts';
import * as layout from './layout.ts';
import type { Run } from './run.ts';

/** Notes a run's cluster. Written before the run takes the cluster's lock. */
export async function indexRun(runId: string, cluster: Run['cluster'], store: ObjectStore): Promise<void> {
  await store.put(layout.runIndexEntry.of({ run: runId }), JSON.stringify(cluster), {
    contentType: 'application/json',
  });
}

/** The cluster a run is at work on; undefined when it never got to know. */
export async function findRun(runId: string, store: ObjectStore): Promise<Run['cluster'] | undefined> {
  const object = await store.get(layout.runIndexEntry.of({ run: runId }));
  return object === undefined ? undefined : JSON.parse(Buffer.from(object.bytes).toString('utf8'));
}
