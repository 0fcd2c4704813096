import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { RegionNotEnabled } from '../domain/errors.ts';
import { CLIENT_DEFAULTS } from './clients.ts';
import { isAwsError } from './errors.ts';

/** `accepted`, or why STS refused: `denied` by the role's trust, `invalid` as a token of this issuer. */
export type TokenAnswer = 'accepted' | 'denied' | 'invalid';

/** AWS STS API Reference, AssumeRoleWithWebIdentity, errors. */
const INVALID = ['InvalidIdentityToken', 'IDPCommunicationError', 'IDPRejectedClaim', 'ExpiredToken'];

export interface WebIdentity {
  assume(roleArn: string, token: string): Promise<TokenAnswer>;
}

/**
 * Tries tokens at the STS of one region. The call is not signed, and the credentials it returns are dropped unread. Throws
 * RegionNotEnabled where the account has that STS switched off, and what else the SDK throws.
 */
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
        if (isAwsError(error, 'RegionDisabled'))
          throw new RegionNotEnabled(disabled(region), { cause: error });
        throw error;
      }
    },
  };
}

function disabled(region: string): string {
  return `STS is not active in region ${region} for this account, and every component of the cluster asks it there. Activate it (IAM console, Account settings, Security Token Service endpoints), or enable the region (aws account enable-region --region-name ${region}).`;
}
