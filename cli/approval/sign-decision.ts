import type { CallerProof } from '../../core/aws/caller-identity.ts';
import type { Credentials } from '../../core/aws/credentials.ts';
import { DECISION_HEADER, decisionStatement, type Verdict } from '../../core/domain/approval.ts';
import { partitionOfRegion } from '../../core/domain/aws-partition.ts';
import { IDENTITY_BODY, IDENTITY_CONTENT_TYPE } from '../../core/domain/identity-request.ts';
import { ownCredentials } from '../credentials.ts';

/**
 * A request for the caller's own identity with a decision in it, signed by his credentials and not sent: the pipeline asks the
 * STS of its region with it, and so knows who decided, and that it was this. Throws ClientError without credentials.
 *
 * @param given Credentials, where they are not those that every AWS tool finds.
 */
export async function signDecision(
  verdict: Verdict,
  run: string,
  plan: string,
  region: string,
  given?: Credentials,
): Promise<CallerProof> {
  const [{ AwsV4Signer }, credentials] = await Promise.all([
    import('aws4fetch'),
    given ?? ownCredentials(region),
  ]);
  const { dnsSuffix } = partitionOfRegion(region) ?? { dnsSuffix: 'amazonaws.com' };
  const { headers } = await new AwsV4Signer({
    method: 'POST',
    url: `https://sts.${region}.${dnsSuffix}/`,
    headers: {
      'content-type': IDENTITY_CONTENT_TYPE,
      [DECISION_HEADER]: decisionStatement(verdict, run, plan),
    },
    body: IDENTITY_BODY,
    ...credentials,
    service: 'sts',
    region,
    // The content type is signed too, and the pipeline sends the same.
    allHeaders: true,
  }).sign();
  const securityToken = headers.get('x-amz-security-token');
  return {
    authorization: headers.get('authorization') ?? '',
    date: headers.get('x-amz-date') ?? '',
    ...(securityToken === null ? {} : { securityToken }),
  };
}
