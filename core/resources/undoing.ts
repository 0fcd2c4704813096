import { isAwsError, isThrottling, isUnavailable } from '../aws/errors.ts';
import { NotYetConsistent } from '../domain/errors.ts';
import type { UndoOutcome } from '../domain/undo-outcome.ts';

/** What came of one try to undo something. */
export interface UndoAttempt extends UndoOutcome {
  /** Why the next try may come further; absent where another try changes nothing. */
  readonly passing?: Error;
}

/**
 * Runs one undo. An error becomes `left`, so that the others are still tried; one that may be gone at the next try is
 * kept with it, for the state machine to try again.
 */
export async function undoing(
  resource: string,
  commands: readonly string[],
  undo: () => Promise<UndoAttempt>,
): Promise<UndoAttempt> {
  try {
    return await undo();
  } catch (error) {
    const { name, message } = error as Error;
    const left = { resource, outcome: 'left', detail: `${name}: ${message}`, commands } as const;
    const passing = passingFault(error);
    return passing === undefined ? left : { ...left, passing };
  }
}

/**
 * An error that may be gone at the next try, as the state machine knows it; undefined for any other. IAM refuses to delete a
 * role while it still counts a policy that was deleted a moment ago (DeleteConflict), and S3 a bucket whose last object was
 * (BucketNotEmpty).
 */
export function passingFault(error: unknown): Error | undefined {
  if (error instanceof NotYetConsistent) return error;
  if (isAwsError(error, 'DeleteConflict', 'BucketNotEmpty'))
    return new NotYetConsistent(`${error.name}: ${error.message}`, { cause: error });
  return isThrottling(error) || isUnavailable(error) ? (error as Error) : undefined;
}
