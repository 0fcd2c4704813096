import { s3Client } from '../aws/clients.ts';
import { type IssuerBucket, s3IssuerBucket } from '../aws/issuer-buckets.ts';
import { type IssuerReader, issuerReader } from '../aws/issuer-reader.ts';
import { type ObjectStore, objectStore } from '../aws/object-store.ts';
import type { DesiredIssuer } from '../domain/desired-state.ts';
import { once } from '../util/once.ts';
import type { TaskEnvironment } from './environment.ts';

const s3OfRegion = once((region) => s3Client(region === '' ? undefined : region));

export function bucketStore(bucket: string): ObjectStore {
  return objectStore(s3OfRegion(''), bucket);
}

export function outputStore(env: Pick<TaskEnvironment, 'OUTPUT_BUCKET'>): ObjectStore {
  return bucketStore(env.OUTPUT_BUCKET);
}

export function issuerBucket(issuer: DesiredIssuer, env: Pick<TaskEnvironment, 'ACCOUNT_ID'>): IssuerBucket {
  return s3IssuerBucket(s3OfRegion(issuer.region), issuer.bucket, issuer.region, env.ACCOUNT_ID);
}

/** Reads an issuer as STS does. An emulator has no host name per bucket; there it is the bucket's path at the endpoint. */
export function publicIssuer(issuer: DesiredIssuer, env: Pick<TaskEnvironment, 'PLATFORM'>): IssuerReader {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  return issuerReader(env.PLATFORM === 'aws' ? issuer.url : `${endpoint}/${issuer.bucket}`);
}
