import { awsError, type Call, type MadeUpAnswer, objectOf } from '../support/recording-proxy.ts';

/** What can happen to one AWS call. */
export const KINDS = {
  'throttled-twice': 'AWS throttles the call and the next try, then answers',
  'throttled-forever': 'AWS throttles this operation from this call on',
  'server-error-forever': 'AWS answers 500 to this operation from this call on',
  'access-denied': 'AWS refuses this operation from this call on',
  'lost-request': 'the connection breaks once, before the call reaches AWS',
  'lost-request-forever': 'the connection breaks for this operation from this call on, before AWS sees it',
  'lost-answer': 'AWS makes the change, its answer is lost, once',
  'lost-answer-forever': 'AWS makes the change, its answer is lost, for this operation from this call on',
  killed: 'the Lambda dies right after the call, once',
  'killed-forever': 'the Lambda dies right after this call in every attempt',
  'bucket-lag':
    'S3 shows the bucket of the run for 20 s only now and then: 404, 403 for a public policy, 409 for making and deleting it',
  'delete-conflict': 'IAM refuses to delete for 20 s: it still counts what was deleted a moment ago',
} as const;

export type Kind = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** How long S3 and IAM may not show what they have accepted, from the moment on when it was asked for, in milliseconds. */
const LAG_MS = 20_000;

/** A call of a run, as far as it decides which kinds of fault it can meet. */
interface Meeting {
  readonly start: string;
  readonly address: string;
  readonly isWrite: boolean;
}

/** Only these runs make a bucket; that of any other has long been everywhere. */
const MAKES_BUCKET = 'empty';
const TO_BUCKET = /^(publish-oidc-documents|undo-documents): s3 \w+ \/demo-oidc\//;
const DELETES = /^(undo|delete)-(roles|provider): iam Delete(Role|OpenIDConnectProvider) /;

export function appliesTo(kind: Kind, { start, address, isWrite }: Meeting): boolean {
  if (kind === 'bucket-lag') return start === MAKES_BUCKET && TO_BUCKET.test(address);
  if (kind === 'delete-conflict') return DELETES.test(address);
  // A read has no effect, so that losing its answer is the same as losing the call.
  return isWrite || !kind.startsWith('lost-answer');
}

/** What becomes of a call that meets a fault. */
export type Effect = 'none' | 'throttle' | 'fail' | 'deny' | 'drop' | 'lose' | 'kill' | 'lag' | 'conflict';

/**
 * What to do with a call that the fault meets; `seen` counts the calls it met before, and `sinceMs` is the time since what
 * may lag was asked for.
 */
export function faultOf(kind: Kind, seen: number, sinceMs: number): Effect {
  switch (kind) {
    case 'bucket-lag':
      return sinceMs < LAG_MS ? 'lag' : 'none';
    case 'delete-conflict':
      return sinceMs < LAG_MS ? 'conflict' : 'none';
    case 'throttled-twice':
      return seen < 2 ? 'throttle' : 'none';
    case 'throttled-forever':
      return 'throttle';
    case 'server-error-forever':
      return 'fail';
    case 'access-denied':
      return 'deny';
    case 'lost-request':
      return seen < 1 ? 'drop' : 'none';
    case 'lost-request-forever':
      return 'drop';
    case 'lost-answer':
      return seen < 1 ? 'lose' : 'none';
    case 'lost-answer-forever':
      return 'lose';
    case 'killed':
      return seen < 1 ? 'kill' : 'none';
    case 'killed-forever':
      return 'kill';
  }
}

/** The answer of AWS that a fault stands for, in the words of the call's service. */
export function refusal(call: Call, fault: 'throttle' | 'fail' | 'deny' | 'lag' | 'conflict'): MadeUpAnswer {
  const s3 = objectOf(call) !== undefined;
  const made = {
    throttle: s3
      ? awsError(call, 503, 'SlowDown', 'Please reduce your request rate.')
      : awsError(call, 400, 'Throttling', 'Rate exceeded'),
    fail: s3
      ? awsError(call, 500, 'InternalError', 'We encountered an internal error. Please try again.')
      : awsError(call, 500, 'ServiceFailure', 'The request processing has failed.'),
    deny: s3
      ? awsError(call, 403, 'AccessDenied', 'Access Denied')
      : awsError(call, 403, 'AccessDenied', 'User is not authorized to perform this action.'),
    lag: laggingBucket(call),
    conflict: awsError(call, 409, 'DeleteConflict', 'Cannot delete entity, must delete policies first.'),
  }[fault];
  // An answer to HEAD has no body.
  return call.method === 'HEAD' && made !== 'hang-up' ? { ...made, body: '' } : made;
}

/** As S3 answers about a bucket that is not everywhere yet, or whose public access block was opened a moment ago. */
function laggingBucket(call: Call): MadeUpAnswer {
  const { bucket = '', key = '' } = objectOf(call) ?? {};
  const { searchParams } = new URL(call.path, 'http://proxy');
  searchParams.delete('x-id');
  const isItself = key === '' && searchParams.size === 0;
  if (isItself && (call.method === 'PUT' || call.method === 'DELETE'))
    return awsError(
      call,
      409,
      'OperationAborted',
      'A conflicting conditional operation is currently in progress.',
    );
  if (call.method === 'PUT' && searchParams.has('policy'))
    return awsError(call, 403, 'AccessDenied', 'Access Denied');
  return awsError(call, 404, 'NoSuchBucket', `The specified bucket ${bucket} does not exist`);
}
