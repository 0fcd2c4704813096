import { describe, expect, it } from 'vitest';
import type { CredentialsRequest } from '../../../core/domain/credentials-request.ts';
import { desiredIssuer, desiredTags } from '../../../core/domain/desired-state.ts';
import { policySize } from '../../../core/domain/policy-document.ts';
import { checkRoles, MAX_CREDENTIALS_REQUESTS } from '../../../core/domain/role-checks.ts';
import { CLUSTER, demoCluster, request } from '../../support/fakes/demo-cluster.ts';

function problemsOf(requests: readonly CredentialsRequest[], name = 'demo') {
  return checkRoles(demoCluster({ name }, requests).roles).map(({ code, file }) => `${code} ${file ?? '-'}`);
}

describe('the desired state', () => {
  it('of a role follows from its request and its cluster', () => {
    const boundary = 'arn:aws:iam::123456789012:policy/Boundary';
    const [role] = demoCluster({ rolePath: '/ocp/', permissionsBoundaryArn: boundary }).roles;
    expect(role).toMatchObject({
      name: 'demo-openshift-ingress-operator-cloud-credentials',
      arn: 'arn:aws:iam::123456789012:role/ocp/demo-openshift-ingress-operator-cloud-credentials',
      path: '/ocp/',
      description: 'OpenShift role for openshift-ingress-operator/cloud-credentials',
      permissionsBoundaryArn: boundary,
      subjects: ['system:serviceaccount:openshift-ingress-operator:ingress-operator'],
    });
    expect(role?.trust.Statement[0]).toMatchObject({
      Principal: {
        Federated: 'arn:aws:iam::123456789012:oidc-provider/demo-oidc.s3.us-east-2.amazonaws.com',
      },
      Condition: {
        StringEquals: {
          'demo-oidc.s3.us-east-2.amazonaws.com:sub': [
            'system:serviceaccount:openshift-ingress-operator:ingress-operator',
          ],
        },
      },
    });
  });

  it('of a role has no boundary when none is asked for', () => {
    expect(demoCluster().roles[0]).not.toHaveProperty('permissionsBoundaryArn');
  });

  it.each([
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
    ['us-east-1', 'aws', 'amazonaws.com'],
  ])('of an issuer in %s has the suffix and ARNs of its partition', (region, id, dnsSuffix) => {
    expect(desiredIssuer('demo', region, { id, dnsSuffix })).toMatchObject({
      bucket: 'demo-oidc',
      url: `https://demo-oidc.s3.${region}.${dnsSuffix}`,
      host: `demo-oidc.s3.${region}.${dnsSuffix}`,
      policy: { Statement: [{ Resource: [`arn:${id}:s3:::demo-oidc/*`] }] },
    });
  });

  it('of tags is the tags of the user and the two of the owner', () => {
    expect(desiredTags(CLUSTER)).toEqual({
      team: 'platform',
      'openshift.io/cloud-credential-operator/demo': 'owned',
      Name: 'demo',
    });
  });
});

describe('a set of roles', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => request(`namespace-${index}`, 'secret', 'account'));

  it.each<[string, CredentialsRequest[], string[]]>([
    ['none', [], ['NoCredentialsRequests -']],
    ['one', many(1), []],
    ['as many as a run handles', many(MAX_CREDENTIALS_REQUESTS), []],
    ['one more', many(MAX_CREDENTIALS_REQUESTS + 1), ['TooManyRequests -']],
    ['one Secret twice', [request('a', 's', 'x'), request('a', 's', 'y')], ['SecretRefDuplicate a.yaml']],
    [
      'one Secret three times',
      [request('a', 's', 'x'), request('a', 's', 'y'), request('a', 's', 'z')],
      ['SecretRefDuplicate a.yaml', 'SecretRefDuplicate a.yaml'],
    ],
    [
      'names that a hyphen makes equal',
      [request('a-b', 'c', 'x'), request('a', 'b-c', 'x')],
      ['RoleNameCollision a.yaml'],
    ],
  ])('%s', (_, requests, problems) => {
    expect(problemsOf(requests)).toEqual(problems);
  });

  it('has a collision when names are equal up to the 64th character', () => {
    const namespace = 'n'.repeat(63);
    const requests = [request(namespace, 'first', 'x'), request(namespace, 'second', 'x')];
    expect(problemsOf(requests)).toEqual([`RoleNameCollision ${namespace}.yaml`]);
  });

  it('has a collision when names differ in case only, as IAM compares them', () => {
    const [first] = demoCluster().roles;
    if (first === undefined) throw new Error('The demo cluster has no role.');
    const upper = { ...first, name: first.name.toUpperCase(), secretRef: { namespace: 'b', name: 'c' } };
    expect(checkRoles([first, upper]).map(({ code }) => code)).toEqual(['RoleNameCollision']);
  });
});

describe('the size of a policy', () => {
  /** A request whose inline policy has exactly so many characters. */
  function ofPolicySize(size: number): CredentialsRequest {
    const base = request('ns', 'secret', 'account');
    const withAction = (length: number) => ({
      ...base,
      statements: [{ effect: 'Allow' as const, action: [`s3:${'A'.repeat(length)}`], resource: '*' }],
    });
    const empty = demoCluster({}, [withAction(0)]).roles[0];
    return withAction(size - (empty === undefined ? 0 : policySize(empty.policy)));
  }

  /** A request whose trust policy has exactly so many characters. */
  function ofTrustSize(size: number): CredentialsRequest {
    const withAccount = (length: number) => request('ns', 'secret', 'a'.repeat(length));
    const empty = demoCluster({}, [withAccount(0)]).roles[0];
    return withAccount(size - (empty === undefined ? 0 : policySize(empty.trust)));
  }

  it.each([
    [10_240, []],
    [10_241, ['PolicyTooLarge ns.yaml']],
  ])('of %i characters inline gives %j', (size, problems) => {
    expect(problemsOf([ofPolicySize(size)])).toEqual(problems);
  });

  it.each([
    [2_048, []],
    [2_049, ['TrustPolicyTooLarge ns.yaml']],
  ])('of %i characters of trust gives %j', (size, problems) => {
    expect(problemsOf([ofTrustSize(size)])).toEqual(problems);
  });
});
