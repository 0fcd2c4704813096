import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { WebIdentity } from '../../../../core/aws/web-identity.ts';
import { summarize } from '../../../../core/domain/checks.ts';
import { desiredManifests } from '../../../../core/resources/install-files/desired.ts';
import { sealOf } from '../../../../core/resources/install-files/seal.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';
import {
  type Account,
  JWK,
  PUBLIC_FILE,
  preparedAccount,
  verification,
  verified,
} from '../prepare/prepared.ts';
import { failedChecks, of, rewrite } from './broken-cluster.ts';

const AUTHENTICATION = 'clusters/demo/install/manifests/cluster-authentication-02-config.yaml';

const SECRET =
  'clusters/demo/install/manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml';

const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';

const DISCOVERY = '.well-known/openid-configuration';

const OTHER = { Version: '2012-10-17', Statement: [] };

describe('a prepared cluster', () => {
  it('is proved in every check', async () => {
    const results = await verified(await preparedAccount());
    expect(results.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
    expect(new Set(results.map(({ check }) => check)).size).toBe(13);
    expect(of(results, 'token-accepted')).toHaveLength(3);
    expect(of(results, 'role-trust')).toHaveLength(2);
  });

  it('is looked at only', async () => {
    const account = await preparedAccount();
    const { store, issuerBucket, providers, roles } = account;
    const gateways = [store, issuerBucket, providers, roles];
    for (const { writes } of gateways) writes.length = 0;
    await verified(account);
    expect(gateways.flatMap(({ writes }) => writes)).toEqual([]);
  });
});

describe('what the plan of the same run found as it should be', () => {
  it('is proved, and not read again', async () => {
    const account = await preparedAccount();
    const { plan: planned } = await planChanges(account.desired, undefined, account);
    expect(planned).toMatchObject({ roles: [], files: { changes: [] } });
    const reads: string[] = [];
    const converged = {
      ...account,
      plan: planned,
      roles: { ...account.roles, get: noting(reads, account.roles.get) },
      store: { ...account.store, get: noting(reads, account.store.get) },
    };
    const results = await verified(converged);
    expect(results.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
    expect(summarize(results)).toEqual(summarize(await verified(account)));
    expect(reads.filter((name) => name === INGRESS || name.includes('/manifests/'))).toEqual([]);
  });

  it('is read back where the run was to make it anew', async () => {
    const account = await preparedAccount();
    account.roles.state.delete(INGRESS);
    const { plan: planned } = await planChanges(account.desired, undefined, account);
    // Nobody made it.
    expect(failedChecks(await verified({ ...account, plan: planned }))).toEqual(['role-trust']);
  });
});

/** Notes what is asked for. */
function noting<Rest extends unknown[], Answer>(
  names: string[],
  ask: (name: string, ...rest: Rest) => Answer,
): (name: string, ...rest: Rest) => Answer {
  return (name, ...rest) => {
    names.push(name);
    return ask(name, ...rest);
  };
}

describe('a check fails when something is broken', () => {
  type Break = (account: Account) => unknown;
  const role =
    (parts: object): Break =>
    ({ roles }) => {
      const state = roles.state.get(INGRESS);
      if (state !== undefined) roles.state.set(INGRESS, { ...state, ...parts });
    };
  const provider =
    (parts: object): Break =>
    ({ providers, desired }) => {
      const state = providers.state.get(desired.providerArn);
      if (state !== undefined) providers.state.set(desired.providerArn, { ...state, ...parts });
    };
  const jwks =
    (...keys: object[]): Break =>
    (account) =>
      rewrite(account, 'keys.json', () => JSON.stringify({ keys }));
  const discovery =
    (changed: (body: string) => string | undefined): Break =>
    (account) =>
      rewrite(account, DISCOVERY, changed);
  const file =
    (key: string, changed: (text: string) => string): Break =>
    ({ store }) =>
      store.put(key, changed(store.text(key) ?? ''), { contentType: 'x' });

  it.each<[string, Break, string[]]>([
    [
      'the discovery document is gone',
      discovery(() => undefined),
      ['issuer-reachable', 'discovery-document'],
    ],
    [
      'it names another issuer',
      discovery((body) => body.replace('demo-oidc', 'x-oidc')),
      ['discovery-document'],
    ],
    [
      'its issuer ends in a slash',
      discovery((body) => body.replace('.com",', '.com/",')),
      ['discovery-document'],
    ],
    [
      'it names another JWKS',
      discovery((body) => body.replace('keys.json', 'x.json')),
      ['discovery-document'],
    ],
    ['it is no JSON', discovery(() => 'hello'), ['discovery-document']],
    [
      'the JWKS is gone',
      (account) => rewrite(account, 'keys.json', () => undefined),
      ['issuer-reachable', 'jwks'],
    ],
    ['the JWKS lacks the key', jwks({ ...JWK, kid: 'other' }), ['jwks']],
    ['the JWKS is no JWKS', (account) => rewrite(account, 'keys.json', () => '{}'), ['jwks']],
    ['the JWKS holds a private key', jwks({ ...JWK, d: 'AQ' }), ['jwks']],
    ['the JWKS holds a private prime of another key', jwks(JWK, { ...JWK, kid: 'x', p: 'AQ' }), ['jwks']],
    ['the JWKS holds a symmetric key', jwks(JWK, { kid: 'x', kty: 'oct', k: 'AQ' }), ['jwks']],
    [
      'the Authentication is missing',
      ({ store }) => store.remove(AUTHENTICATION),
      ['authentication-manifest'],
    ],
    [
      'the Authentication names another issuer',
      file(AUTHENTICATION, (text) => `${text}/`),
      ['authentication-manifest'],
    ],
    ['the provider is missing', ({ providers }) => providers.state.clear(), ['provider']],
    ['the provider has another host', provider({ host: 'other' }), ['provider']],
    ['the provider lacks an audience', provider({ audiences: ['openshift'] }), ['provider']],
    ['a role is missing', ({ roles }) => roles.state.delete(INGRESS), ['role-trust']],
    ['a role trusts others', role({ trust: OTHER }), ['role-trust']],
    ['a role may do other things', role({ policy: OTHER }), ['role-permissions']],
    ['a role may do nothing', role({ policy: undefined }), ['role-permissions']],
    ['a role has another boundary', role({ permissionsBoundaryArn: 'arn:other' }), ['role-boundary']],
    ['a role has no boundary', role({ permissionsBoundaryArn: undefined }), ['role-boundary']],
    ['a role lacks the tags of the cluster', role({ tags: {} }), ['role-tags']],
    ['a Secret is missing', ({ store }) => store.remove(SECRET), ['secret']],
    ['a Secret names another role', file(SECRET, (text) => text.replace('role/demo', 'role/x')), ['secret']],
    ['a Secret holds an access key', file(SECRET, (text) => `${text}\naws_access_key_id = A`), ['secret']],
  ])('%s', async (_, break_, checks) => {
    const account = await preparedAccount();
    await break_(account);
    expect(failedChecks(await verified(account))).toEqual(checks);
  });

  it('the public key belongs to another private key', async () => {
    const account = await preparedAccount();
    const pem = smallKeyPair().publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await account.store.put(PUBLIC_FILE, pem, { contentType: 'x' });
    expect(failedChecks(await verified(account))).toEqual(['key-pair', 'jwks']);
  });

  it('the public key is missing', async () => {
    const account = await preparedAccount();
    await account.store.remove(PUBLIC_FILE);
    expect(failedChecks(await verified(account))).toEqual(['key-pair', 'jwks']);
  });

  it('the issuer does not answer, in words of the network', async () => {
    const results = await verified(await preparedAccount(), {
      readIssuer: () => Promise.reject(new Error('fetch failed')),
    });
    expect(failedChecks(results)).toEqual(['issuer-reachable', 'discovery-document', 'jwks']);
    expect(results.find(({ check }) => check === 'jwks')?.detail).toContain('fetch failed');
  });
});

describe('on an emulator', () => {
  const emulator = {
    enforcing: false,
    tokenVerifier: 'none' as const,
    webIdentity: { assume: async () => 'accepted' as const },
  };

  it('nothing is claimed that an emulator cannot prove', async () => {
    const results = await verified(await preparedAccount(), emulator);
    expect(failedChecks(results)).toEqual([]);
    for (const check of ['issuer-reachable', 'token-accepted', 'token-refused'])
      expect(new Set(of(results, check))).toEqual(new Set(['not-proved']));
  });

  it('what it can prove still fails', async () => {
    const account = await preparedAccount();
    account.providers.state.clear();
    expect(failedChecks(await verified(account, emulator))).toEqual(['provider']);
  });

  it('a token that is refused even there fails', async () => {
    const results = await verified(await preparedAccount(), {
      enforcing: false,
      tokenVerifier: 'none',
      webIdentity: { assume: async () => 'invalid' },
    });
    expect(of(results, 'token-accepted')).toEqual(['failed', 'failed', 'failed']);
  });

  it('tokens are proved where somebody verifies them, and it is said who', async () => {
    const webIdentity: WebIdentity = {
      assume: async (_, token) => (decodeJwt(token).sub?.endsWith(':nobody') ? 'denied' : 'accepted'),
    };
    const results = await verified(await preparedAccount(), {
      enforcing: false,
      tokenVerifier: 'local',
      webIdentity,
    });
    expect(failedChecks(results)).toEqual([]);
    const tried = summarize(results).filter(({ check }) => check.startsWith('token-'));
    expect(tried).toEqual([
      { check: 'token-accepted', proved: 3, notProved: 0, provedBy: 'a local verifier, not AWS' },
      { check: 'token-refused', proved: 1, notProved: 0, provedBy: 'a local verifier, not AWS' },
    ]);
  });

  it('one that takes any token is no verifier', async () => {
    const results = await verified(await preparedAccount(), { ...emulator, tokenVerifier: 'local' });
    expect(failedChecks(results)).toEqual(['token-refused']);
  });
});

it('the registry keeps the thumbprints of the provider', async () => {
  const account = await preparedAccount();
  expect((await verification(account)).facts).toMatchObject({ providerThumbprints: ['AB'] });
  account.providers.state.clear();
  expect((await verification(account)).facts).toMatchObject({ providerThumbprints: [] });
});

it('the registry keeps a seal of each manifest that was read back as it should be, and of no other', async () => {
  const account = await preparedAccount();
  const { seals = {} } = (await verification(account)).facts;
  const files = desiredManifests(account.desired);
  expect(Object.keys(seals).sort()).toEqual(files.map(({ path }) => path));
  for (const file of files) {
    const { etag = '' } = (await account.store.head(`clusters/demo/install/${file.path}`)) ?? {};
    expect(seals[file.path]).toBe(sealOf(etag, file));
  }

  await account.store.put(SECRET, 'by hand', { contentType: 'x' });
  const after = (await verification(account)).facts.seals;
  expect(Object.keys(after ?? {})).toHaveLength(files.length - 1);

  const { plan: converged } = await planChanges(account.desired, undefined, await preparedAccount());
  expect((await verification({ ...account, plan: converged })).facts.seals).toEqual({});
});
