import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AUDIENCES,
  issuerBucketName,
  issuerHost,
  ownerTagKey,
  ownerTags,
  providerArn,
  roleArn,
  roleDescription,
  roleName,
  serviceAccountSubject,
  TOKEN_PATH,
} from '../../../core/domain/names.ts';

const SECRET = { namespace: 'openshift-ingress-operator', name: 'cloud-credentials' };

describe('names that ccoctl and the components expect', () => {
  it.each([
    ['issuer bucket', issuerBucketName('demo'), 'demo-oidc'],
    ['issuer host', issuerHost('demo', 'us-east-1', 'amazonaws.com'), 'demo-oidc.s3.us-east-1.amazonaws.com'],
    ['role', roleName('demo', SECRET), 'demo-openshift-ingress-operator-cloud-credentials'],
    [
      'description',
      roleDescription(SECRET),
      'OpenShift role for openshift-ingress-operator/cloud-credentials',
    ],
    ['role ARN', roleArn('aws-cn', '123456789012', '/ocp/', 'r'), 'arn:aws-cn:iam::123456789012:role/ocp/r'],
    [
      'provider ARN',
      providerArn('aws-us-gov', '123456789012', 'host'),
      'arn:aws-us-gov:iam::123456789012:oidc-provider/host',
    ],
    ['subject', serviceAccountSubject('ns', 'sa'), 'system:serviceaccount:ns:sa'],
    ['owner tag', ownerTagKey('demo'), 'openshift.io/cloud-credential-operator/demo'],
    ['token path', TOKEN_PATH, '/var/run/secrets/openshift/serviceaccount/token'],
  ])('%s', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });

  it('has the audiences in the order of ccoctl', () => {
    expect(AUDIENCES).toEqual(['openshift', 'sts.amazonaws.com']);
  });

  it('owns by two tags', () => {
    expect(ownerTags('demo')).toEqual({
      'openshift.io/cloud-credential-operator/demo': 'owned',
      Name: 'demo',
    });
  });
});

describe('role names', () => {
  // `c-` and `-s` around the namespace.
  const ofLength = (length: number) => roleName('c', { namespace: 'n'.repeat(length - 4), name: 's' });

  it.each([
    [63, 63],
    [64, 64],
    [65, 64],
    [120, 64],
  ])('of %i characters have %i after the cut', (length, cut) => {
    expect(ofLength(length)).toHaveLength(cut);
  });

  it('are cut at the end, without a hash', () => {
    expect(roleName('cluster', { namespace: 'n'.repeat(60), name: 'secret' })).toBe(
      `cluster-${'n'.repeat(56)}`,
    );
  });

  it('are always the beginning of the whole name', () => {
    const word = fc.string({ minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(word, word, word, (cluster, namespace, name) => {
        const whole = `${cluster}-${namespace}-${name}`;
        const cut = roleName(cluster, { namespace, name });
        expect(whole.startsWith(cut)).toBe(true);
        expect(cut.length).toBe(Math.min(whole.length, 64));
      }),
    );
  });
});
