import { s3Client } from '../aws/clients.ts';
import { type ObjectStore, objectStore } from '../aws/object-store.ts';
import { memoize } from '../util/memoize.ts';
import type { TaskEnvironment } from './environment.ts';

export const s3OfRegion = memoize((region) => s3Client(region === '' ? undefined : region));

/** A bucket of this deployment. */
export function bucketStore(
  bucket: string,
  { ACCOUNT_ID }: Pick<TaskEnvironment, 'ACCOUNT_ID'>,
): ObjectStore {
  return objectStore(s3OfRegion(''), bucket, ACCOUNT_ID);
}

export function outputStore(env: Pick<TaskEnvironment, 'ACCOUNT_ID' | 'OUTPUT_BUCKET'>): ObjectStore {
  return bucketStore(env.OUTPUT_BUCKET, env);
}
