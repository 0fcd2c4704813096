import { readFileSync } from 'node:fs';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose';
import { describe, expect, it } from 'vitest';
import { AUDIENCES, serviceAccountSubject } from '../../../core/domain/names.ts';
import {
  discoveryDocument,
  formatJwks,
  keyId,
  mergeJwks,
  publicJwk,
  readPublicKey,
} from '../../../core/domain/oidc.ts';
import { trusts } from '../../../core/domain/policy/trust.ts';
import { trustPolicy } from '../../../core/domain/policy-document.ts';

/*
 * What a kube-apiserver of 1.37 said that held a key pair which this pipeline had made: its JWKS, and tokens of it, which
 * have long expired; the private key is gone. The cluster signs with our key, and STS goes by our documents.
 */

const file = (name: string) =>
  readFileSync(new URL(`../../fixtures/kube-apiserver/${name}`, import.meta.url), 'utf8').trim();
const KEY = readPublicKey(file('serviceaccount-signer.public'));
const ISSUER = 'https://demo-oidc.s3.us-east-2.amazonaws.com';
const HOST = ISSUER.replace('https://', '');
const PROVIDER = `arn:aws:iam::123456789012:oidc-provider/${HOST}`;

const published = mergeJwks(undefined, publicJwk(KEY));
/** Tokens by file: of components, and of who is none or asks for something else. */
const TOKENS = {
  ingress: 'openshift-ingress-operator.ingress-operator.openshift',
  ingressForSts: 'openshift-ingress-operator.ingress-operator.sts.amazonaws.com',
  registry: 'openshift-image-registry.registry.openshift',
  stranger: 'sa-stranger',
  default: 'sa-default',
  forTheApi: 'aud-default',
  forVault: 'aud-vault',
} as const;

/** As STS verifies it: by the published documents, within its time. */
function verified(token: string) {
  const { iat = 0 } = decodeJwt(token);
  return jwtVerify(token, createLocalJWKSet(JSON.parse(formatJwks(published)) as JSONWebKeySet), {
    issuer: ISSUER,
    audience: [...AUDIENCES],
    algorithms: ['RS256'],
    currentDate: new Date((iat + 1) * 1_000),
  });
}

describe('a cluster that signs with the key', () => {
  it('publishes the same JWKS as the pipeline', () => {
    expect(published).toEqual(JSON.parse(file('openid-v1-jwks.json')));
    expect(JSON.parse(file('published-keys.json'))).toEqual(published);
  });

  it('has the issuer and the algorithm of the discovery document', () => {
    const [ours, theirs] = [discoveryDocument(ISSUER), file('openid-configuration.json')].map((text) =>
      JSON.parse(text),
    );
    expect(theirs.issuer).toBe(ours.issuer);
    expect(theirs.id_token_signing_alg_values_supported).toEqual(ours.id_token_signing_alg_values_supported);
  });

  it.each(Object.values(TOKENS))('calls the key by its id in %s', (name) => {
    expect(decodeProtectedHeader(file(`tokens/${name}`))).toEqual({ alg: 'RS256', kid: keyId(KEY) });
  });

  it.each([TOKENS.ingress, TOKENS.ingressForSts, TOKENS.registry, TOKENS.stranger, TOKENS.default])(
    'has %s accepted as a token of this issuer',
    async (name) => {
      await expect(verified(file(`tokens/${name}`))).resolves.toBeDefined();
    },
  );

  it.each([TOKENS.forTheApi, TOKENS.forVault])('has %s refused for its audience', async (name) => {
    await expect(verified(file(`tokens/${name}`))).rejects.toThrow(errors.JWTClaimValidationFailed);
  });

  it('has a token refused once it has expired', async () => {
    const token = file(`tokens/${TOKENS.ingress}`);
    const keys = createLocalJWKSet(JSON.parse(formatJwks(published)) as JSONWebKeySet);
    await expect(jwtVerify(token, keys, { currentDate: new Date('2027-06-01') })).rejects.toThrow(
      errors.JWTExpired,
    );
  });
});

describe('the role of a component', () => {
  const ROLE = trustPolicy(PROVIDER, HOST, [
    serviceAccountSubject('openshift-ingress-operator', 'ingress-operator'),
  ]);

  it.each(Object.entries(TOKENS))(
    'is assumed with the token of its own service account alone: %s',
    (who, name) => {
      const { sub = '', aud } = decodeJwt(file(`tokens/${name}`));
      const [audience = ''] = [aud ?? ''].flat();
      const { answer } = trusts(ROLE, { providerArn: PROVIDER, host: HOST, subject: sub, audience });
      // The audience is the provider's business; the trust tests the subject.
      const isIngress = sub === serviceAccountSubject('openshift-ingress-operator', 'ingress-operator');
      expect(answer).toBe(isIngress ? 'yes' : 'no');
      expect(isIngress).toBe(/ingress|forTheApi|forVault/.test(who));
    },
  );
});
