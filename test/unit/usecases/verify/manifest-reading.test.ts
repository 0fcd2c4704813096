import { describe, expect, it } from 'vitest';
import { authenticationManifest, secretManifest } from '../../../../core/domain/manifests.ts';
import { whyNoIssuer, whyNoSecret } from '../../../../core/usecases/verify/manifest-reading.ts';

const SECRET = { namespace: 'openshift-ingress-operator', name: 'cloud-credentials' };
const ROLE = 'arn:aws:iam::123456789012:role/demo-openshift-ingress-operator-cloud-credentials';
const ISSUER = 'https://demo-oidc.s3.us-east-2.amazonaws.com';
const { content } = secretManifest(SECRET, ROLE);

describe('a manifest as Kubernetes reads it', () => {
  it('is the Secret of a role, in whatever form of YAML it is written', () => {
    expect(whyNoSecret(content, SECRET, ROLE)).toBeUndefined();
    const quoted = content.replace('name: cloud-credentials', 'name: "cloud-credentials" # of the ingress');
    expect(whyNoSecret(quoted, SECRET, ROLE)).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ['another kind', content.replace('kind: Secret', 'kind: ConfigMap'), 'it is no Secret'],
    ['another name', content.replace('name: cloud', 'name: other'), 'it is another Secret'],
    ['another namespace', content.replace(/namespace: .*/, 'namespace: default'), 'it is another Secret'],
    ['another role', content.replace(ROLE, `${ROLE}-2`), 'it is for another role'],
    ['another token', content.replace('/token', '/other'), 'it names another token'],
    [
      'a key that lasts',
      content.replace('[default]', '[default]\n    aws_access_key_id = AKIA'),
      'it holds a long-lived key',
    ],
    ['what is no YAML', `${content}\n\t- [`, 'it is no Secret'],
    ['a comment only', content.replace(/^/gm, '# '), 'it is no Secret'],
    ['nothing', '', 'it is no Secret'],
  ])('is no such Secret with %s', (_, text, why) => {
    expect(whyNoSecret(text, SECRET, ROLE)).toBe(why);
  });

  it('is no Secret that a cluster takes where its name is not read as text', () => {
    const numbered = { ...SECRET, name: '1e3' };
    expect(whyNoSecret(secretManifest(numbered, ROLE).content, numbered, ROLE)).toBe(
      'Kubernetes reads 1e3 as null, a boolean or a number',
    );
  });

  it('gives the cluster its issuer', () => {
    const { content: text } = authenticationManifest(ISSUER);
    expect(whyNoIssuer(text, ISSUER)).toBeUndefined();
    expect(whyNoIssuer(text, `${ISSUER}/other`)).toBe('it names another issuer');
    expect(whyNoIssuer(text.replace('name: cluster', 'name: other'), ISSUER)).toBe(
      'it is no Authentication of the cluster',
    );
    expect(whyNoIssuer(content, ISSUER)).toBe('it is no Authentication of the cluster');
  });
});
