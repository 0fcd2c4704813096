import { type IssuerReader, issuerReader } from '../aws/issuer-reader.ts';
import type { DesiredIssuer } from '../domain/desired-state.ts';
import type { TaskEnvironment } from './environment.ts';

/** Reads an issuer as anybody does; an emulator has no host name per bucket, and is read by the bucket's path. */
export function issuerReaderOf(
  issuer: Pick<DesiredIssuer, 'url' | 'bucket'>,
  env: Pick<TaskEnvironment, 'PLATFORM'>,
): IssuerReader {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  return issuerReader(env.PLATFORM === 'aws' ? issuer.url : `${endpoint}/${issuer.bucket}`);
}
