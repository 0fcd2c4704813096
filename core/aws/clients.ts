import { S3Client } from '@aws-sdk/client-s3';
import { defined } from '../util/defined.ts';

/** How long AWS may say nothing, before its answer or in the midst of one. */
const SILENCE_MS = 12_000;

/**
 * The SDK tries a call a few times by itself; what it gives up on, the state machine tries again later. All tries together
 * end before the function does (`timeLimit`), which would leave no word of what it waited for.
 */
export const CLIENT_DEFAULTS = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 3_000,
    requestTimeout: SILENCE_MS,
    // Without this the handler warns of the limit, and waits on.
    throwOnRequestTimeout: true,
    socketTimeout: SILENCE_MS,
  },
} as const;

/** An S3 client for buckets of one region; without a region, of the function's own. */
export function s3Client(region?: string): S3Client {
  return new S3Client({
    ...CLIENT_DEFAULTS,
    ...defined({ region }),
    // Other stores behind AWS_ENDPOINT_URL have no host name per bucket.
    ...(process.env['AWS_ENDPOINT_URL_S3'] || process.env['AWS_ENDPOINT_URL']
      ? { forcePathStyle: true }
      : {}),
  });
}
