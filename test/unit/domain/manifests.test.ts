import { expect, it } from 'vitest';
import { authenticationManifest, secretManifest } from '../../../core/domain/manifests.ts';

it('a Secret is what ccoctl writes, to the byte', () => {
  const file = secretManifest(
    { namespace: 'openshift-ingress-operator', name: 'cloud-credentials' },
    'arn:aws:iam::123456789012:role/demo-openshift-ingress-operator-cloud-credentials',
  );
  expect(file.path).toBe('manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml');
  expect(file.content).toBe(
    [
      'apiVersion: v1',
      'stringData:',
      '  credentials: |-',
      '    [default]',
      '    sts_regional_endpoints = regional',
      '    role_arn = arn:aws:iam::123456789012:role/demo-openshift-ingress-operator-cloud-credentials',
      '    web_identity_token_file = /var/run/secrets/openshift/serviceaccount/token',
      'kind: Secret',
      'metadata:',
      '  name: cloud-credentials',
      '  namespace: openshift-ingress-operator',
      'type: Opaque',
    ].join('\n'),
  );
});

it('the Authentication has the only file name that bootstrapping looks for, and no newline at its end', () => {
  expect(authenticationManifest('https://demo-oidc.s3.us-east-1.amazonaws.com')).toEqual({
    path: 'manifests/cluster-authentication-02-config.yaml',
    content: [
      'apiVersion: config.openshift.io/v1',
      'kind: Authentication',
      'metadata:',
      '  name: cluster',
      'spec:',
      '  serviceAccountIssuer: https://demo-oidc.s3.us-east-1.amazonaws.com',
    ].join('\n'),
  });
});
