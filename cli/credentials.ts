import type { Credentials } from '../core/aws/credentials.ts';
import { ClientError, EXIT } from './errors.ts';

/** The caller's, as every AWS tool finds them: environment, profile, SSO, instance. Throws ClientError where there are none. */
export async function ownCredentials(region: string): Promise<Credentials> {
  const { SFNClient } = await import('@aws-sdk/client-sfn');
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await new SFNClient({
      region,
    }).config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  } catch (error) {
    throw new ClientError(
      `There are no credentials: ${(error as Error).message}`,
      'Log in, for example with `aws sso login`, or set AWS_PROFILE; `aws sts get-caller-identity` shows whether it works.',
      EXIT.unreachable,
    );
  }
}
