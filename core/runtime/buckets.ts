import { s3Client } from '../aws/clients.ts';
import { type IssuerBucket, s3IssuerBucket } from '../aws/issuer-buckets.ts';
import { type ObjectStore, objectStore } from '../aws/object-store.ts';
import type { DesiredIssuer } from '../domain/desired-state.ts';
import { memoize } from '../util/memoize.ts';
import type { TaskEnvironment } from './environment.ts';

const s3OfRegion = memoize((region) => s3Client(region === '' ? undefined : region));

export function bucketStore(bucket: string): ObjectStore {
  return objectStore(s3OfRegion(''), bucket);
}

export function outputStore(env: Pick<TaskEnvironment, 'OUTPUT_BUCKET'>): ObjectStore {
  return bucketStore(env.OUTPUT_BUCKET);
}

export function issuerBucket(issuer: DesiredIssuer, env: Pick<TaskEnvironment, 'ACCOUNT_ID'>): IssuerBucket {
  return s3IssuerBucket(s3OfRegion(issuer.region), issuer.bucket, issuer.region, env.ACCOUNT_ID);
}
