import { describe, expect, it } from 'vitest';
import type { DesiredRole } from '../../../core/domain/desired-state.ts';
import type { PolicyDocument } from '../../../core/domain/policy-document.ts';
import { DEFAULT_RULES, widenRules } from '../../../core/domain/policy-guard.ts';
import { grantsBeyond, ofCluster } from '../../../core/domain/role-grants.ts';
import { demoCluster } from '../../support/fakes/demo-cluster.ts';

const desired = demoCluster();
const [first] = desired.roles;
if (first === undefined) throw new Error('The demo cluster has no roles.');
const role: DesiredRole = first;
const sub = `${desired.issuer.host}:sub`;

const policy = (...statements: readonly object[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements as PolicyDocument['Statement'],
});
const trusting = (changes: object) =>
  policy({
    Effect: 'Allow',
    Principal: { Federated: desired.providerArn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [sub]: ['system:serviceaccount:openshift-a:b'] } },
    ...changes,
  });
const refusals = (given: Partial<DesiredRole>, before?: Pick<DesiredRole, 'trust' | 'policy'>) =>
  grantsBeyond({ ...role, ...given }, ofCluster(desired), before, DEFAULT_RULES);

it('a role of a request is given nothing beyond it', () => {
  expect(refusals({})).toEqual([]);
});

describe('trust', () => {
  it.each<[string, object]>([
    ['another account', { Principal: { AWS: 'arn:aws:iam::666666666666:root' } }],
    ['anybody', { Principal: '*' }],
    ['somebody besides the provider', { Principal: { Federated: desired.providerArn, AWS: '*' } }],
    ['another provider', { Principal: { Federated: `${desired.providerArn}.evil.example` } }],
    ['two providers', { Principal: { Federated: [desired.providerArn, 'arn:aws:iam::1:oidc-provider/x'] } }],
    ['all but somebody', { Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::1:root' } }],
    ['other ways to assume it', { Action: ['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRole'] }],
    ['every token of the issuer', { Condition: undefined }],
    ['subjects by pattern', { Condition: { StringLike: { [sub]: 'system:serviceaccount:*' } } }],
    ['a subject that is no service account', { Condition: { StringEquals: { [sub]: ['system:admin'] } } }],
    ['no subject', { Condition: { StringEquals: { [sub]: [] } } }],
    [
      'the subject of another issuer',
      { Condition: { StringEquals: { 'other.example:sub': ['system:serviceaccount:a:b'] } } },
    ],
  ])('in %s is refused', (_, changes) => {
    expect(refusals({ trust: trusting(changes) })).toEqual([
      `IAM role ${role.name} would trust others than service accounts of the issuer ${desired.issuer.host}.`,
    ]);
  });

  it.each<[string, object]>([
    [
      'that restricts further',
      {
        Condition: {
          StringEquals: { [sub]: ['system:serviceaccount:openshift-a:b'] },
          IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
        },
      },
    ],
    ['with a name', { Sid: 'Component' }],
    ['in one service account', { Condition: { StringEquals: { [sub]: 'system:serviceaccount:a:b' } } }],
    ['that is denied', { Effect: 'Deny', Principal: '*', Condition: undefined }],
  ])('%s is not', (_, changes) => {
    expect(refusals({ trust: trusting(changes) })).toEqual([]);
  });

  it('that others gave to the role is theirs, and theirs only as it is', () => {
    const foreign = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::1:root' }, Action: 'sts:AssumeRole' };
    const before = { trust: policy(foreign), policy: role.policy };
    const both = policy(...role.trust.Statement, { Sid: 'Renamed', ...foreign });
    expect(refusals({ trust: both }, before)).toEqual([]);
    const wider = policy(...role.trust.Statement, { ...foreign, Principal: { AWS: '*' } });
    expect(refusals({ trust: wider }, before)).toHaveLength(1);
  });

  it('in the provider of another issuer is refused, whatever the record says of it', () => {
    const other = { ...desired, providerArn: `${desired.providerArn}.evil.example` };
    expect(grantsBeyond(role, ofCluster(other), undefined, DEFAULT_RULES)).toHaveLength(1);
  });
});

describe('permissions', () => {
  it.each<[string, object]>([
    ['everything', { Effect: 'Allow', Action: '*', Resource: '*' }],
    ['everything but one action', { Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' }],
    ['a resource that is not named', { Effect: 'Allow', Action: 's3:GetObject', NotResource: 'x' }],
    ['actions of IAM', { Effect: 'Allow', Action: ['iam:CreateAccessKey'], Resource: ['*'] }],
    ['an action that is no text', { Effect: 'Allow', Action: [7], Resource: '*' }],
    ['an effect that is none', { Effect: 'allow', Action: 's3:GetObject', Resource: '*' }],
  ])('on %s are refused', (_, statement) => {
    const found = refusals({ policy: policy(...role.policy.Statement, statement) });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`IAM role ${role.name} would be granted too much: `);
  });

  it('that the deployment allows, that are denied, and that the role has are not', () => {
    const wide = { Effect: 'Allow', Action: 'iam:CreateAccessKey', Resource: '*' };
    const given = { ...role, policy: policy(wide) };
    const allowing = widenRules(DEFAULT_RULES, ['iam:CreateAccessKey']);
    expect(grantsBeyond(given, ofCluster(desired), undefined, allowing)).toEqual([]);
    expect(refusals({ policy: policy({ ...wide, Effect: 'Deny' }) })).toEqual([]);
    expect(refusals(given, { trust: role.trust, policy: policy(wide) })).toEqual([]);
  });
});
