import { describe, expect, it } from 'vitest';
import { NotYetConsistent } from '../../../core/domain/errors.ts';
import { passingFault, undoing } from '../../../core/resources/undoing.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

it('an undo that works gives its own outcome', async () => {
  const outcome = { resource: 'r', outcome: 'undone', detail: 'deleted' } as const;
  await expect(undoing('r', [], async () => outcome)).resolves.toBe(outcome);
});

it('an undo that fails is left, with its error and the commands that finish the job', async () => {
  const failing = () => Promise.reject(sdkError('AccessDenied', 403, 'Not authorized.'));
  await expect(undoing('r', ['aws iam delete-role'], failing)).resolves.toEqual({
    resource: 'r',
    outcome: 'left',
    detail: 'AccessDenied: Not authorized.',
    commands: ['aws iam delete-role'],
  });
});

it('an undo that fails for what may pass says so', async () => {
  const error = sdkError('Throttling', 400, 'Rate exceeded');
  const attempt = await undoing('r', ['aws iam delete-role'], () => Promise.reject(error));
  expect(attempt).toMatchObject({ outcome: 'left', passing: error, commands: ['aws iam delete-role'] });
});

describe('of an undo, the next try may come further after', () => {
  it.each([
    // IAM counts a policy for some seconds after DeleteRolePolicy: "changes ... might not be immediately visible"
    // (IAM User Guide, troubleshoot.html#troubleshoot_general_eventual-consistency).
    ['DeleteConflict', 409, true],
    // S3 API Reference, error responses: the bucket that is deleted must be empty; versions that go are seen to go later.
    ['BucketNotEmpty', 409, true],
    ['OperationAborted', 409, true],
    ['ConcurrentModification', 409, true],
    ['Throttling', 400, true],
    ['SlowDown', 503, true],
    ['ServiceFailure', 500, true],
    ['AccessDenied', 403, false],
    ['MalformedPolicyDocument', 400, false],
    ['LimitExceeded', 409, false],
  ] as const)('%s (%d): %s', (code, status, passes) => {
    expect(passingFault(sdkError(code, status, 'it says')) !== undefined).toBe(passes);
  });

  it('one that is not seen yet, and nothing that is no error', () => {
    const error = new NotYetConsistent('not yet');
    expect(passingFault(error)).toBe(error);
    expect(passingFault('text')).toBeUndefined();
  });

  it('a conflict, by a name that the state machine tries again', () => {
    expect(passingFault(sdkError('DeleteConflict', 409, 'must delete policies first'))).toMatchObject({
      name: 'NotYetConsistent',
      message: 'DeleteConflict: must delete policies first',
    });
  });
});
