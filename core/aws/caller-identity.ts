import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { DECISION_HEADER } from '../domain/approval.ts';
import { DecisionRefused } from '../domain/errors.ts';
import { IDENTITY_CONTENT_TYPE } from '../domain/identity-request.ts';
import { CLIENT_DEFAULTS } from './clients.ts';
import { isThrottling, isUnavailable } from './errors.ts';

/** A request for the signer's own identity, signed and not sent. It says who he is, and is good for that only, for some minutes. */
export const callerProofSchema = z.object({
  authorization: z.string().min(1).max(2_000),
  date: z.string().regex(/^\d{8}T\d{6}Z$/),
  securityToken: z.string().max(20_000).optional(),
});

export type CallerProof = z.infer<typeof callerProofSchema>;

/** What of a signed request counts: the signature, and that what was decided is under it. */
const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=[^,\s]+,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=[0-9a-f]{64}$/;

/**
 * Who signed a request: STS is asked with it, as AWS's own authenticators for other services do. The host is the function's
 * STS, never one that the caller names. Throws DecisionRefused when the statement is not under the signature or STS knows
 * nobody by it.
 *
 * @param statement What the signer has to have signed, as value of the header.
 */
export async function callerOf(proof: CallerProof, statement: string): Promise<string> {
  const [, signedHeaders = ''] = SIGNED.exec(proof.authorization) ?? [];
  if (!signedHeaders.split(';').includes(DECISION_HEADER))
    throw new DecisionRefused('The request that was to say who decides does not say what was decided.');
  try {
    const { Arn } = await stsOf(proof, statement).send(new GetCallerIdentityCommand({}));
    if (Arn !== undefined) return Arn;
  } catch (error) {
    if (isThrottling(error) || isUnavailable(error)) throw error;
    const { name, message } = error as Error;
    throw new DecisionRefused(
      `STS does not say who decides: ${name}: ${message} The clock of the caller has to be right, and the credentials those of now.`,
      { cause: error },
    );
  }
  throw new DecisionRefused('STS does not say who decides.');
}

/** A client that sends what was signed in place of a signature of its own. */
function stsOf({ authorization, date, securityToken }: CallerProof, statement: string): STSClient {
  return new STSClient({
    ...CLIENT_DEFAULTS,
    signer: {
      sign: async (request) => {
        request.headers = {
          ...request.headers,
          host: request.hostname,
          'content-type': IDENTITY_CONTENT_TYPE,
          [DECISION_HEADER]: statement,
          'x-amz-date': date,
          ...(securityToken === undefined ? {} : { 'x-amz-security-token': securityToken }),
          authorization,
        };
        return request;
      },
    },
  });
}
