/** An error as the AWS SDK throws it: the service's code as its name, the HTTP status beside it. */
export function sdkError(name: string, status = 400, message = `${name} of a fake`): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}
