import { describe, expect, it } from 'vitest';
import { ignoreNotFound, isAwsError, isThrottling, isUnavailable } from '../../../core/aws/errors.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

/** An error of the network: it has a code of the system, and no answer of AWS. */
const socketError = (code: string) => Object.assign(new Error(code), { code });

describe('an error code', () => {
  it.each([
    ['NoSuchEntity', 'NoSuchEntity', true],
    ['NoSuchEntityException', 'NoSuchEntity', true],
    ['NoSuchEntity', 'NoSuchEntityException', true],
    ['NoSuchEntityX', 'NoSuchEntity', false],
    ['nosuchentity', 'NoSuchEntity', false],
  ])('%s is %s: %s', (name, code, same) => {
    expect(isAwsError(sdkError(name), code)).toBe(same);
  });

  it('is one of several', () => {
    expect(isAwsError(sdkError('B'), 'A', 'B')).toBe(true);
    expect(isAwsError(sdkError('C'), 'A', 'B')).toBe(false);
    expect(isAwsError(sdkError('C'))).toBe(false);
  });

  it.each([[undefined], [null], ['NoSuchEntity'], [{ name: 'NoSuchEntity' }]])(
    'is not had by %j',
    (thrown) => {
      expect(isAwsError(thrown, 'NoSuchEntity')).toBe(false);
    },
  );
});

describe('an answer or undefined', () => {
  it('is the answer when there is one', async () => {
    await expect(ignoreNotFound(Promise.resolve(7), 'NoSuchKey')).resolves.toBe(7);
  });

  it('is undefined for a code that says there is nothing', async () => {
    const answer = Promise.reject(sdkError('NoSuchKey', 404));
    await expect(ignoreNotFound(answer, 'NoSuchBucket', 'NoSuchKey')).resolves.toBeUndefined();
  });

  it('is the error for any other', async () => {
    const denied = sdkError('AccessDenied', 403);
    await expect(ignoreNotFound(Promise.reject(denied), 'NoSuchKey')).rejects.toBe(denied);
  });
});

describe('which errors are worth another try', () => {
  it.each<[string, Error, 'throttled' | 'unavailable' | 'neither']>([
    ['Throttling', sdkError('Throttling'), 'throttled'],
    ['ThrottlingException', sdkError('ThrottlingException'), 'throttled'],
    ['ThrottledException', sdkError('ThrottledException'), 'throttled'],
    ['RequestLimitExceeded', sdkError('RequestLimitExceeded'), 'throttled'],
    ['RequestThrottledException', sdkError('RequestThrottledException'), 'throttled'],
    ['TooManyRequestsException', sdkError('TooManyRequestsException'), 'throttled'],
    ['status 429', sdkError('Whatever', 429), 'throttled'],
    [
      'marked as throttling by the SDK',
      Object.assign(sdkError('Whatever'), { $retryable: { throttling: true } }),
      'throttled',
    ],
    ['ServiceFailure', sdkError('ServiceFailureException'), 'unavailable'],
    ['InternalError', sdkError('InternalError'), 'unavailable'],
    ['TimeoutError of the SDK', sdkError('TimeoutError'), 'unavailable'],
    ['ConcurrentModification', sdkError('ConcurrentModificationException', 409), 'unavailable'],
    ['OperationAborted', sdkError('OperationAborted', 409), 'unavailable'],
    ['ConditionalRequestConflict', sdkError('ConditionalRequestConflict', 409), 'unavailable'],
    ['status 500', sdkError('Whatever', 500), 'unavailable'],
    ['status 503', sdkError('Whatever', 503), 'unavailable'],
    ['ECONNRESET', socketError('ECONNRESET'), 'unavailable'],
    ['EAI_AGAIN', socketError('EAI_AGAIN'), 'unavailable'],
    ['ENOTFOUND', socketError('ENOTFOUND'), 'unavailable'],
    ['AccessDenied', sdkError('AccessDenied', 403), 'neither'],
    ['NoSuchKey', sdkError('NoSuchKey', 404), 'neither'],
    ['MalformedPolicyDocument', sdkError('MalformedPolicyDocumentException'), 'neither'],
    ['LimitExceeded', sdkError('LimitExceededException', 409), 'neither'],
    ['a file that is not there', socketError('ENOENT'), 'neither'],
    ['a fault of the program', new TypeError('undefined is not a function'), 'neither'],
  ])('%s', (_, error, verdict) => {
    expect({ throttled: isThrottling(error), unavailable: isUnavailable(error) }).toEqual({
      throttled: verdict === 'throttled',
      unavailable: verdict === 'unavailable',
    });
  });

  it('SlowDown of S3 is throttling, though its status is 503', () => {
    expect(isThrottling(sdkError('SlowDown', 503))).toBe(true);
  });
});
