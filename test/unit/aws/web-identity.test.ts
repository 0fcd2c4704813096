import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { stsWebIdentity } from '../../../core/aws/web-identity.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const sts = mockClient(STSClient);
// Files share a process, and others ask a server.
afterAll(() => sts.restore());
const assume = () => stsWebIdentity('us-east-2').assume('role-arn', 'token');

beforeEach(() => {
  sts.reset();
});

describe('trying a token', () => {
  it('asks for the shortest session, and drops its credentials', async () => {
    sts.on(AssumeRoleWithWebIdentityCommand).resolves({
      Credentials: { AccessKeyId: 'id', SecretAccessKey: 'key', SessionToken: 't', Expiration: new Date(0) },
    });
    await expect(assume()).resolves.toBe('accepted');
    expect(sts.calls().map(({ args }) => args[0].input)).toEqual([
      {
        RoleArn: 'role-arn',
        RoleSessionName: 'sts-prep-verify',
        WebIdentityToken: 'token',
        DurationSeconds: 900,
      },
    ]);
  });

  it('goes to the STS of the region', async () => {
    sts.on(AssumeRoleWithWebIdentityCommand).resolves({});
    await assume();
    const client = sts.call(0).thisValue as STSClient;
    await expect(client.config.region()).resolves.toBe('us-east-2');
  });

  it.each([
    ['AccessDenied', 'denied'],
    ['InvalidIdentityToken', 'invalid'],
    ['InvalidIdentityTokenException', 'invalid'],
    ['IDPCommunicationError', 'invalid'],
    ['IDPRejectedClaim', 'invalid'],
    ['ExpiredTokenException', 'invalid'],
  ])('that STS answers with %s is %s', async (name, answer) => {
    sts.on(AssumeRoleWithWebIdentityCommand).rejects(sdkError(name, 403));
    await expect(assume()).resolves.toBe(answer);
  });

  it('at an STS that the account has switched off is told as that', async () => {
    sts.on(AssumeRoleWithWebIdentityCommand).rejects(sdkError('RegionDisabledException', 403));
    const error = await assume().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RegionNotEnabled' });
    expect((error as Error).message).toContain('STS is not active in region us-east-2');
  });

  it('throws what is no word on the token', async () => {
    sts.on(AssumeRoleWithWebIdentityCommand).rejects(sdkError('PackedPolicyTooLarge', 403));
    await expect(assume()).rejects.toThrow('PackedPolicyTooLarge');
  });
});
