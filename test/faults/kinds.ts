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
} as const;

export type Kind = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** A read has no effect, so that losing its answer is the same as losing the call. */
export function appliesTo(kind: Kind, isWrite: boolean): boolean {
  return isWrite || !kind.startsWith('lost-answer');
}

/** What to do with a call that the fault meets; `seen` counts the calls it met before. */
export function faultOf(
  kind: Kind,
  seen: number,
): 'none' | 'throttle' | 'fail' | 'deny' | 'drop' | 'lose' | 'kill' {
  switch (kind) {
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
export function refusal(call: Call, fault: 'throttle' | 'fail' | 'deny'): MadeUpAnswer {
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
  }[fault];
  // An answer to HEAD has no body.
  return call.method === 'HEAD' && made !== 'hang-up' ? { ...made, body: '' } : made;
}
