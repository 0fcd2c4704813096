/** What the SDK's exceptions have in common; `name` is AWS's error code, with or without `Exception` at its end. */
interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: { readonly throttling?: boolean };
}

/** Whether an error has one of AWS's error codes. Services differ in the ending `Exception`, so it is not compared. */
export function isAwsError(error: unknown, ...codes: readonly string[]): error is Error {
  return hasCode(error, codes);
}

function hasCode(error: unknown, codes: readonly string[]): error is Error {
  if (!(error instanceof Error)) return false;
  const bare = (name: string) => name.replace(/Exception$/, '');
  return codes.some((code) => bare(code) === bare(error.name));
}

/** The answer, or undefined when AWS says by one of these codes that there is nothing. */
export async function ignoreNotFound<Answer>(
  answer: Promise<Answer>,
  ...codes: readonly string[]
): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasCode(error, codes)) return undefined;
    throw error;
  }
}

/** What S3 says of one object that is archived, or encrypted by a key that is not to be had. */
const REFUSED_OBJECT = [
  'InvalidObjectState', // archived in Glacier, or in a tier of Intelligent-Tiering
  'InvalidRequest', // encrypted with a key that only its owner has (SSE-C)
  'InvalidArgument',
  'AccessDenied',
  'MethodNotAllowed',
  'ObjectNotInActiveTierError',
];

/** Whether an error is S3 refusing one object for what it is; of KMS it passes on every error but that it is throttled. */
export function isRefusedObject(error: unknown): boolean {
  if (!(error instanceof Error) || isThrottling(error) || isUnavailable(error)) return false;
  return /^KMS\b|^KMS[A-Z]/.test(error.name) || isAwsError(error, ...REFUSED_OBJECT);
}

const THROTTLING = [
  'Throttling',
  'ThrottledException',
  'TooManyRequests',
  'RequestLimitExceeded',
  'SlowDown',
  'RequestThrottled',
];
const UNAVAILABLE = [
  'ServiceFailure',
  'InternalError',
  'InternalFailure',
  'ServiceUnavailable',
  'TimeoutError',
  'RequestTimeout',
  'NetworkingError',
  'ConcurrentModification',
  'OperationAborted',
  'ConditionalRequestConflict',
];
const SOCKET = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'];

/** Whether an error is AWS asking to be called less often. */
export function isThrottling(error: unknown): boolean {
  const { $metadata, $retryable } = error as SdkError;
  return (
    isAwsError(error, ...THROTTLING) || $metadata?.httpStatusCode === 429 || $retryable?.throttling === true
  );
}

/** Whether an error may be gone at the next try: a fault of the service or of the way there. */
export function isUnavailable(error: unknown): boolean {
  const status = (error as SdkError).$metadata?.httpStatusCode ?? 0;
  const code = (error as { code?: unknown }).code;
  return (
    isAwsError(error, ...UNAVAILABLE) || status >= 500 || (typeof code === 'string' && SOCKET.includes(code))
  );
}
