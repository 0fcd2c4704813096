import type { ObjectStore } from '../aws/object-store.ts';
import * as documents from './documents.ts';
import type { Run } from './run.ts';

/** Notes a run's cluster. Written before the run takes the cluster's lock. */
export async function indexRun(run: string, cluster: Run['cluster'], store: ObjectStore): Promise<void> {
  await documents.runIndexEntry.write({ run }, cluster, store);
}

/** The cluster a run is at work on; undefined when it never got to know. */
export async function findRun(run: string, store: ObjectStore): Promise<Run['cluster'] | undefined> {
  return (await documents.runIndexEntry.read({ run }, store))?.value;
}
