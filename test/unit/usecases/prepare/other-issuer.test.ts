import { describe, expect, it } from 'vitest';
import { ResourceConflict } from '../../../../core/domain/errors.ts';
import { trustPolicy } from '../../../../core/domain/policy-document.ts';
import { refuseOtherIssuer } from '../../../../core/usecases/prepare/other-issuer.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';

const OURS = 'arn:aws:iam::123456789012:oidc-provider/demo-oidc.s3.us-east-2.amazonaws.com';
const PRIVATE = 'arn:aws:iam::123456789012:oidc-provider/d111111abcdef8.cloudfront.net';
const role = (name: string, provider: string) => ({ name, trust: trustPolicy(provider, 'host', ['sub']) });
const there = fakeProviders({
  [PRIVATE]: { host: 'd111111abcdef8.cloudfront.net', audiences: [], thumbprints: [], tags: {} },
});

const BOTH = {
  Version: '2012-10-17' as const,
  Statement: [...role('a', OURS).trust.Statement, ...role('a', PRIVATE).trust.Statement],
};

describe('roles that are there already', () => {
  it('are refused where they trust another issuer whose provider is there, all of them at once', async () => {
    const refused = refuseOtherIssuer([role('a', PRIVATE), role('b', PRIVATE), role('c', OURS)], OURS, there);
    await expect(refused).rejects.toThrow(ResourceConflict);
    await expect(refused).rejects.toThrow(`IAM role a, b trusts the identity provider ${PRIVATE}`);
    await expect(refused).rejects.toThrow(`issuer: {type: existing, providerArn: "${PRIVATE}"}`);
  });

  it('are refused where they trust ours and another, and would not any more', async () => {
    const roles = [{ name: 'a', trust: BOTH, becomes: role('a', OURS).trust }];
    await expect(refuseOtherIssuer(roles, OURS, there)).rejects.toThrow(
      `trusts the identity provider ${PRIVATE}, which exists, besides ${OURS}`,
    );
  });

  it.each<[string, Parameters<typeof refuseOtherIssuer>[0]]>([
    ['trust ours', [role('a', OURS)]],
    ['trust a provider that is gone', [role('a', `${PRIVATE}x`)]],
    ['trust ours and another, and will', [{ name: 'a', trust: BOTH, becomes: BOTH }]],
    ['trust no provider of tokens', [role('a', 'arn:aws:iam::123456789012:saml-provider/x')]],
    ['have no trust policy that could be read', [{ name: 'a', trust: undefined }]],
  ])('are no other issuer’s where they %s', async (_, roles) => {
    await expect(refuseOtherIssuer(roles, OURS, there)).resolves.toBeUndefined();
  });
});
