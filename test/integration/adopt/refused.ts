import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { formatJwks, keyId, publicJwk } from '../../../core/domain/oidc.ts';
import type { StartName } from '../../faults/starts.ts';
import {
  account,
  adopt,
  bundleOf,
  CLUSTER,
  entry,
  given,
  KEY,
  proxy,
  REGION,
  REGISTRY_ENTRY,
  reportOf,
  TWO,
} from '../../support/adopt/account.ts';
import { PUBLIC_KEY_FILE, publicPem, rsaKeyPair } from '../../support/bundles.ts';
import { roleOf } from '../../support/upgrading.ts';
import { writesOf } from '../../support/writes.ts';

describe('what is not a cluster, or not known to be one, is refused by name, and not registered', () => {
  interface Case {
    readonly what: string;
    readonly start: StartName;
    readonly jwks?: string;
    readonly spoil?: () => Promise<unknown>;
    readonly bundle?: () => Promise<Uint8Array>;
    readonly error: string;
    readonly names: () => string[];
  }
  const cases: readonly Case[] = [
    {
      what: 'an account without anything of it',
      start: 'empty',
      error: 'NothingToAdopt',
      names: () => [`${CLUSTER}-oidc`, roleOf('ingress'), 'oidc-provider'],
    },
    {
      what: 'no identity provider and no role',
      start: 'ccoctl-no-provider',
      error: 'NothingToAdopt',
      names: () => [`oidc-provider/${CLUSTER}-oidc.s3.${REGION}.amazonaws.com`, roleOf('ingress')],
    },
    {
      what: 'no keys',
      start: 'ccoctl',
      spoil: () =>
        account.s3(REGION).send(new DeleteObjectCommand({ Bucket: `${CLUSTER}-oidc`, Key: 'keys.json' })),
      error: 'NothingToAdopt',
      names: () => ['keys.json'],
    },
    {
      what: 'a role of somebody else',
      start: 'ccoctl-half-the-roles',
      spoil: () =>
        account.iam.send(
          new CreateRoleCommand({ RoleName: roleOf('ingress'), AssumeRolePolicyDocument: '{}' }),
        ),
      error: 'ResourceConflict',
      names: () => [roleOf('ingress')],
    },
    {
      what: 'two keys, and nothing says which one signs',
      start: 'ccoctl',
      jwks: formatJwks({ keys: [publicJwk(KEY), publicJwk(rsaKeyPair().publicKey)] }),
      error: 'SigningKeyConflict',
      names: () => [keyId(KEY), 'serviceaccount-signer.public'],
    },
    {
      what: 'a key that the issuer does not publish',
      start: 'ccoctl',
      bundle: () => bundleOf(TWO, {}, { [PUBLIC_KEY_FILE]: publicPem(rsaKeyPair().publicKey) }),
      error: 'SigningKeyConflict',
      names: () => [keyId(KEY)],
    },
    {
      what: 'a bundle without requests',
      start: 'ccoctl',
      bundle: () => bundleOf({}),
      error: 'NoCredentialsRequests',
      names: () => [],
    },
  ];
  it.each(cases)('$what', async ({ start, jwks, spoil, bundle, error, names }) => {
    await given(start, jwks);
    await spoil?.();
    proxy.clear();
    const outcome = await adopt(bundle?.());
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    for (const name of names()) expect(outcome.cause).toContain(name);
    expect(writesOf(proxy.calls, account, CLUSTER).filter((call) => !call.includes('rejected/'))).toEqual([]);
    expect(await account.read(REGISTRY_ENTRY)).toBeUndefined();
  });

  it('is registered once the bundle says which of two keys signs', async () => {
    const other = publicJwk(rsaKeyPair().publicKey);
    await given('ccoctl', formatJwks({ keys: [other, publicJwk(KEY)] }));
    const outcome = await adopt(bundleOf(TWO, {}, { [PUBLIC_KEY_FILE]: publicPem(KEY) }));
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(await entry()).toMatchObject({ keyId: keyId(KEY) });
    expect((await reportOf(outcome)).warnings.join()).toContain(other.kid);
  });
});
