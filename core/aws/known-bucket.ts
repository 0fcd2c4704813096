import { NotYetConsistent } from '../domain/errors.ts';
import { isAwsError } from './errors.ts';

/**
 * A call about a bucket that was found, or made, before. That S3 does not know it is no answer then: for some seconds a new bucket
 * is not everywhere yet. Nor is it one that S3 is still at work on it, as it says to whoever comes while a bucket of that
 * name is being made or deleted. Throws NotYetConsistent for both (S3 API Reference, error responses: NoSuchBucket,
 * OperationAborted), and what the SDK throws.
 */
export async function onKnownBucket<Answer>(bucket: string, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (isAwsError(error, 'NoSuchBucket'))
      throw new NotYetConsistent(
        `S3 does not show bucket ${bucket}: it was made a moment ago, or somebody deleted it.`,
        { cause: error },
      );
    if (isAwsError(error, 'OperationAborted'))
      throw new NotYetConsistent(`S3 is still at work on bucket ${bucket}: ${error.message}`, {
        cause: error,
      });
    throw error;
  }
}
