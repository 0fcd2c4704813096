import { describe, expect, it } from 'vitest';
import { GOLDEN, newAccount, prepare, proxy } from '../../support/convergence/account.ts';
import { describeCall } from '../../support/recording-proxy.ts';
import type { BundleOptions } from '../../support/reference.ts';

describe('a second run on the same bundle', () => {
  it.each<[string, BundleOptions]>([
    ['the public key of the bundle', {}],
    ['a key pair of its own', { withoutKey: true }],
  ])('writes nothing but its own records, with %s', async (_key, options) => {
    const wanted = await newAccount(GOLDEN);
    const first = await prepare(wanted, options);
    expect(first.writes).toEqual(
      expect.arrayContaining([
        'iam CreateOpenIDConnectProvider',
        'iam CreateRole',
        'iam PutRolePolicy',
        's3 PUT /golden-oidc/',
        's3 PUT /golden-oidc/keys.json',
      ]),
    );
    const second = await prepare(wanted, options);
    expect(second).toEqual({ changes: [], writes: [] });
    // What is still the object that the first run read back is not read again.
    expect(proxy.calls.map(describeCall).filter((call) => /GET .*\/install\/manifests\//.test(call))).toEqual(
      [],
    );
    // The proxy did see what the run was doing.
    expect(proxy.calls.map(describeCall)).toEqual(
      expect.arrayContaining([
        'iam GetRole',
        'iam GetOpenIDConnectProvider',
        's3 GET /golden-oidc/keys.json',
        expect.stringMatching(/^s3 PUT \/output-\d+\/clusters\/golden\/runs\/run-2\/report\.json$/),
      ]),
    );
  });
});
