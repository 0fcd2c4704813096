import { iamClient, s3Client } from '../aws/clients.ts';
import { type IdentityProviders, iamIdentityProviders } from '../aws/identity-providers.ts';
import { type IssuerBucket, s3IssuerBucket } from '../aws/issuer-buckets.ts';
import { type ObjectStore, objectStore } from '../aws/object-store.ts';
import { iamRoles, type Roles } from '../aws/roles.ts';
import type { DesiredIssuer } from '../domain/desired-state.ts';
import type { TaskEnvironment } from './environment.ts';

/** Calls a maker once per key: clients keep their connections from one invocation to the next. */
function once<Made>(make: (key: string) => Made): (key: string) => Made {
  const made = new Map<string, Made>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}

const s3OfRegion = once((region) => s3Client(region === '' ? undefined : region));
const iam = once(() => iamClient());

export function bucketStore(bucket: string): ObjectStore {
  return objectStore(s3OfRegion(''), bucket);
}

export function outputStore(env: Pick<TaskEnvironment, 'OUTPUT_BUCKET'>): ObjectStore {
  return bucketStore(env.OUTPUT_BUCKET);
}

export function issuerBucket(issuer: DesiredIssuer, env: Pick<TaskEnvironment, 'ACCOUNT_ID'>): IssuerBucket {
  return s3IssuerBucket(s3OfRegion(issuer.region), issuer.bucket, issuer.region, env.ACCOUNT_ID);
}

export function roles(): Roles {
  return iamRoles(iam(''));
}

export function identityProviders(): IdentityProviders {
  return iamIdentityProviders(iam(''));
}
