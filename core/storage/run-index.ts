import type { ObjectStore } from '../aws/object-store.ts';
import type { Run } from './run.ts';

/** Where it is written which cluster an execution is at work on; its input does not say. */
function indexKey(runId: string): string {
  return `executions/${runId}.json`;
}

/** Notes a run's cluster. Written before the run takes the cluster's lock. */
export async function indexRun(runId: string, cluster: Run['cluster'], store: ObjectStore): Promise<void> {
  await store.put(indexKey(runId), JSON.stringify(cluster), { contentType: 'application/json' });
}

/** The cluster a run is at work on; undefined when it never got to know. */
export async function findRun(runId: string, store: ObjectStore): Promise<Run['cluster'] | undefined> {
  const object = await store.get(indexKey(runId));
  return object === undefined ? undefined : JSON.parse(Buffer.from(object.bytes).toString('utf8'));
}
