import { s3Client } from '../aws/clients.ts';
import { type ObjectStore, objectStore } from '../aws/object-store.ts';
import { memoize } from '../util/memoize.ts';
import type { TaskEnvironment } from './environment.ts';

export const s3OfRegion = memoize((region) => s3Client(region === '' ? undefined : region));

export function bucketStore(bucket: string): ObjectStore {
  return objectStore(s3OfRegion(''), bucket);
}

export function outputStore(env: Pick<TaskEnvironment, 'OUTPUT_BUCKET'>): ObjectStore {
  return bucketStore(env.OUTPUT_BUCKET);
}
