import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { CLIENT_DEFAULTS } from './clients.ts';
import { isAwsError } from './errors.ts';

/** `accepted`, or why STS refused: `denied` by the role's trust, `invalid` as a token of this issuer. */
export type TokenAnswer = 'accepted' | 'denied' | 'invalid';

/** AWS STS API Reference, AssumeRoleWithWebIdentity, errors. */
const INVALID = ['InvalidIdentityToken', 'IDPCommunicationError', 'IDPRejectedClaim', 'ExpiredToken'];

export interface WebIdentity {
  assume(roleArn: string, token: string): Promise<TokenAnswer>;
}

/** Tries tokens at the STS of one region. The call is not signed, and the credentials it returns are dropped unread. */
export function stsWebIdentity(region: string): WebIdentity {
  const sts = new STSClient({ ...CLIENT_DEFAULTS, region });
  return {
    async assume(roleArn, token) {
      try {
        await sts.send(
          new AssumeRoleWithWebIdentityCommand({
            RoleArn: roleArn,
            RoleSessionName: 'sts-prep-verify',
            WebIdentityToken: token,
            DurationSeconds: 900,
          }),
        );
        return 'accepted';
      } catch (error) {
        if (isAwsError(error, 'AccessDenied')) return 'denied';
        if (isAwsError(error, ...INVALID)) return 'invalid';
        throw error;
      }
    },
  };
}
