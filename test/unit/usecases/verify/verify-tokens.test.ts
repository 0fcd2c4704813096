import { createPublicKey, generateKeyPairSync, verify as verifySignature } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { jwkThumbprint, publicJwk, publicKeyPem } from '../../../../core/domain/oidc.ts';
import type { PublishedKey } from '../../../../core/domain/published-key.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';
import {
  type Account,
  claims,
  JWK,
  KID,
  type PlannedAccount,
  PUBLIC_FILE,
  preparedAccount,
  verified,
} from '../prepare/prepared.ts';
import { failedChecks, of, rewrite } from './broken-cluster.ts';

const PRIVATE_FILE = 'clusters/demo/install/tls/bound-service-account-signing-key.key';

describe('trying tokens', () => {
  it.each(['denied', 'invalid'] as const)(
    'fails for every service account when STS says %s',
    async (answer) => {
      const results = await verified(await preparedAccount(), {
        webIdentity: { assume: async () => answer },
      });
      expect(of(results, 'token-accepted')).toEqual(['failed', 'failed', 'failed']);
    },
  );

  it('fails when STS accepts the token of a stranger', async () => {
    const results = await verified(await preparedAccount(), {
      webIdentity: { assume: async () => 'accepted' },
    });
    expect(of(results, 'token-accepted')).toEqual(['proved', 'proved', 'proved']);
    expect(of(results, 'token-refused')).toEqual(['failed']);
  });

  it('does not take a token that is refused as invalid for one that the trust refuses', async () => {
    const account = await preparedAccount();
    const subjects = account.desired.roles.flatMap((role) => role.subjects);
    const results = await verified(account, {
      webIdentity: {
        assume: async (_, token) => (subjects.includes(claims(token).sub) ? 'accepted' : 'invalid'),
      },
    });
    expect(of(results, 'token-refused')).toEqual(['failed']);
  });

  it('signs them as the cluster will: by the key of the JWKS, for one audience, for a minute', async () => {
    const account = await preparedAccount();
    const tokens: string[] = [];
    await verified(account, {
      webIdentity: {
        assume: async (_, token) => {
          tokens.push(token);
          return 'accepted';
        },
      },
    });
    const [token = ''] = tokens;
    const [header = '', payload = '', signature = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'RS256',
      kid: KID,
      typ: 'JWT',
    });
    const key = createPublicKey({
      key: { kty: 'RSA', n: String(JWK['n']), e: String(JWK['e']) },
      format: 'jwk',
    });
    const signed = verifySignature(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
    expect(signed).toBe(true);
    const { iss, aud, iat, exp } = claims(token);
    expect({ iss, aud, seconds: Number(exp) - Number(iat) }).toEqual({
      iss: account.desired.issuer.url,
      aud: 'openshift',
      seconds: 60,
    });
    expect(tokens.map((each) => claims(each).sub).sort()).toEqual([
      'system:serviceaccount:openshift-image-registry:operator',
      'system:serviceaccount:openshift-image-registry:registry',
      'system:serviceaccount:openshift-ingress-operator:ingress-operator',
      'system:serviceaccount:sts-prep:nobody',
    ]);
  });

  it('is not possible, and not claimed, when somebody else keeps the private key', async () => {
    const account = await preparedAccount();
    await account.store.remove(PRIVATE_FILE);
    const results = await verified(account);
    expect(failedChecks(results)).toEqual([]);
    expect(of(results, 'token-accepted')).toEqual(['not-proved', 'not-proved', 'not-proved']);
    expect(of(results, 'key-pair')).toEqual(['not-proved']);
    expect(of(results, 'token-refused')).not.toContain('proved');
  });
});

describe('the keys of the JWKS', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const EC = { ...publicKey.export({ format: 'jwk' }), kid: 'ec' };
  const known = (account: PlannedAccount, ...keys: PublishedKey[]): PlannedAccount => ({
    ...account,
    plan: { ...account.plan, signingKey: { ...account.plan.signingKey, keys } },
  });
  const thumbprint = jwkThumbprint(EC);
  const publish = (account: Account, ...keys: object[]) =>
    rewrite(account, 'keys.json', () => JSON.stringify({ keys }));

  it.each<[string, PublishedKey[], string[]]>([
    ['appeared while the run was at work', [], ['jwks']],
    [
      'was there before, and was found to be a stranger’s',
      [{ kid: 'ec', thumbprint, state: 'stranger' }],
      [],
    ],
    ['was accepted', [{ kid: 'ec', thumbprint, state: 'next' }], []],
    ['is retired', [{ kid: 'ec', thumbprint, state: 'retired' }], []],
    ['was taken out once', [{ kid: 'ec', thumbprint, state: 'retired', withdrawn: true }], ['jwks']],
    ['has the id of one that was accepted', [{ kid: 'ec', thumbprint: 'x', state: 'next' }], ['jwks']],
  ])('fail when one of another kind %s: %j', async (_, keys, checks) => {
    const account = known(await preparedAccount(), ...keys);
    publish(account, JWK, EC);
    expect(failedChecks(await verified(account))).toEqual(checks);
  });

  it.each<[string, object[]]>([
    ['stands in it twice', [JWK, JWK]],
    ['is for encryption', [{ ...JWK, use: 'enc' }]],
    ['says what operations it is for', [{ ...JWK, key_ops: ['verify'] }]],
    ['has another one of its id behind it', [JWK, { ...publicJwk(smallKeyPair().publicKey), kid: KID }]],
    ['has another one of its id in its place', [{ ...publicJwk(smallKeyPair().publicKey), kid: KID }]],
  ])('fail when the signing key %s', async (_, keys) => {
    const account = await preparedAccount();
    publish(account, ...keys);
    expect(failedChecks(await verified(account))).toEqual(['jwks']);
  });

  it('are looked at by whose key it is: a pair that the cluster signed with before is not its own', async () => {
    const account = await preparedAccount();
    const now = smallKeyPair().publicKey;
    const jwk = publicJwk(now);
    await account.store.put(PUBLIC_FILE, publicKeyPem(now), { contentType: 'x' });
    publish(account, JWK, jwk);
    const told = known(
      account,
      { kid: jwk.kid, thumbprint: jwkThumbprint(jwk), state: 'signing' },
      { kid: KID, thumbprint: jwkThumbprint(JWK), state: 'retired' },
    );
    const signingKey = { ...told.plan.signingKey, kid: jwk.kid };
    const results = await verified({ ...told, plan: { ...told.plan, signingKey } });
    expect(failedChecks(results)).toEqual([]);
    expect(of(results, 'key-pair')).toEqual(['not-proved']);
    expect(of(results, 'token-accepted')).toEqual(['not-proved', 'not-proved', 'not-proved']);
  });
});
