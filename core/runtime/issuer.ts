import { s3IssuerBucket } from '../aws/issuer-buckets.ts';
import { type IssuerReader, issuerReader } from '../aws/issuer-reader.ts';
import type { DesiredIssuer } from '../domain/desired-state.ts';
import type { IssuerAccess } from '../resources/issuer/resource.ts';
import { s3OfRegion } from './buckets.ts';
import type { TaskEnvironment } from './environment.ts';

/** What the issuer of a cluster is reached by. */
export function issuerAccess(
  issuer: DesiredIssuer,
  env: Pick<TaskEnvironment, 'ACCOUNT_ID' | 'PLATFORM'>,
): IssuerAccess {
  return {
    issuerBucket:
      issuer.type === 'existing'
        ? undefined
        : s3IssuerBucket(s3OfRegion(issuer.region), issuer.bucket, issuer.region, env.ACCOUNT_ID),
    readIssuer: issuerReaderOf(issuer, env),
  };
}

/** Reads an issuer as anybody does; an emulator has no host names of its own, and is asked with the issuer's. */
export function issuerReaderOf(
  { url, host }: Pick<DesiredIssuer, 'url' | 'host'>,
  env: Pick<TaskEnvironment, 'PLATFORM'>,
): IssuerReader {
  if (env.PLATFORM === 'aws') return issuerReader(url);
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'] ?? '';
  return issuerReader(endpoint, host);
}
