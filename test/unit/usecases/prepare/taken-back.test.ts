import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../../core/domain/desired-state.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';
import { planAdoption } from '../../../../core/usecases/prepare/plan-adoption.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { bundle, DENIED, DENY, type Edit, edited, INGRESS, warningsOf, withPolicy } from './edited.ts';
import { BOUNDARY, ENTRY, verified } from './prepared.ts';

const SUBJECT = 'system:serviceaccount:openshift-ingress-operator:ingress-operator';

const withTrust =
  (...more: readonly PolicyStatement[]): Edit =>
  ({ trust }) => ({
    trust: { ...(trust as PolicyDocument), Statement: [...(trust?.Statement ?? []), ...more] },
  });

const ONLY_BUCKET = withPolicy((statements) =>
  statements.map((each) => ({ ...each, Resource: 'arn:aws:s3:::ingress/*' })),
);
const ON_CONDITION = withPolicy((statements) =>
  statements.map((each) => ({ ...each, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } })),
);
const FURTHER = withPolicy((statements) => [
  ...statements,
  { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' },
]);
const ADMIN: PolicyStatement = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::123456789012:role/backup' },
  Action: 'sts:AssumeRole',
};
const QUARANTINE: PolicyStatement = { Effect: 'Deny', Principal: '*', Action: 'sts:*' };

describe('a run that takes back what somebody did to a role by hand says so', () => {
  it.each<[string, Edit, DesiredState, RegExp]>([
    [
      'a prepare, of a Deny',
      DENIED,
      bundle('prepare'),
      /gives back s3:GetObject on \* \(in part denied by a Deny statement\)/,
    ],
    [
      'a prepare, of fewer resources',
      ONLY_BUCKET,
      bundle('prepare'),
      /gives back s3:GetObject, s3:ListBucket/,
    ],
    ['a prepare, of a condition', ON_CONDITION, bundle('prepare'), /gives back s3:GetObject, s3:ListBucket/],
    ['an upgrade, of a condition', ON_CONDITION, bundle('upgrade'), /gives back s3:GetObject, s3:ListBucket/],
    [
      'a policy that is gone',
      ({ policy: _ }) => ({ policy: undefined }) as never,
      bundle('prepare'),
      /gives back/,
    ],
    [
      'a Deny of what nobody asked for',
      withPolicy((all) => [...all, { ...DENY, Action: 's3:DeleteBucket' }]),
      bundle('prepare'),
      /has a Deny that no request asks for, and the run takes it out: .*s3:DeleteBucket/,
    ],
    ['a further permission', FURTHER, bundle('prepare'), /takes from it .*: sns:Publish on \*\./],
    ['somebody else', withTrust(ADMIN), bundle('prepare'), /shuts out .*: AWS arn:\S+:role\/backup\./],
    [
      'a quarantine',
      withTrust(QUARANTINE),
      bundle('prepare'),
      new RegExp(`no longer admits ${SUBJECT} \\(.*\\), and the run lets that in again`),
    ],
    [
      'another boundary',
      () => ({ permissionsBoundaryArn: `${BOUNDARY}2` }),
      bundle('prepare'),
      /somebody gave it the permissions boundary \S+Boundary2, and the run puts \S+Boundary in its place/,
    ],
  ])('%s', async (_, edit, state, told) => {
    const account = await edited(edit);
    expect(await warningsOf(account, state)).toEqual([
      expect.stringMatching(new RegExp(`^IAM role ${INGRESS}: .*${told.source}`)),
    ]);
  });

  it.each<[string, Edit, RegExp]>([
    ['a Deny', DENIED, /gives back s3:GetObject/],
    ['fewer resources', ONLY_BUCKET, /gives back s3:GetObject, s3:ListBucket/],
    ['a quarantine', withTrust(QUARANTINE), /trust policy has a Deny that shuts out its component/],
    ['somebody else', withTrust(ADMIN), /shuts out/],
  ])('of a cluster that the registry does not know: %s', async (_, edit, told) => {
    const account = await edited(edit);
    expect(await warningsOf(account, bundle('prepare'), 'unknown')).toEqual([expect.stringMatching(told)]);
  });
});

describe('a run says nothing of', () => {
  it.each<[string, Edit, DesiredState]>([
    ['what a release asks for in addition', () => ({}), bundle('upgrade', 'ec2:DescribeVpcs')],
    ['the same of a prepare', () => ({}), bundle('prepare', 'ec2:DescribeVpcs')],
    ['a description', () => ({ description: 'ours' }), bundle('prepare')],
    ['a policy that says the same in other words', withPolicy((all) => [...all, ...all]), bundle('prepare')],
    [
      'a Deny that an upgrade keeps and that takes nothing',
      withPolicy((all) => [...all, { ...DENY, Action: 's3:DeleteBucket' }]),
      bundle('upgrade'),
    ],
  ])('%s', async (_, edit, state) => {
    expect(await warningsOf(await edited(edit), state)).toEqual([]);
  });

  it('what the last run itself gave, and the release asks for no more', async () => {
    const account = await edited(() => ({}));
    const wider = bundle('prepare', 'ec2:DescribeVpcs');
    account.roles.state.set(INGRESS, {
      ...(account.roles.state.get(INGRESS) as RoleState),
      policy: wider.roles[0]?.policy as PolicyDocument,
    });
    expect(await warningsOf(account, bundle('prepare'), wider)).toEqual([]);
    // On record it is what the run takes back.
    expect(await warningsOf(account, bundle('prepare'))).toEqual([
      expect.stringContaining('ec2:DescribeVpcs'),
    ]);
  });
});

it('what somebody added stays after an adoption, as the warning says', async () => {
  const account = await edited((role) => ({ ...withTrust(ADMIN)(role), ...FURTHER(role) }));
  const warned = await warningsOf(account, bundle('prepare'));
  expect(warned).toHaveLength(2);
  expect(warned.join()).toMatch(/(upload the bundle below adopt\/ first.*){2}/s);
  const known = { entry: ENTRY, current: account.desired };
  const adopted = await planAdoption(bundle('prepare'), known, account);
  const { plan } = await planChanges(bundle('prepare'), { ...known, current: adopted.desired }, account);
  expect(plan.roles).toEqual([]);
});

it('what an upgrade keeps of a policy and takes from a request is told, and nothing is proved of the permissions', async () => {
  const account = await edited(DENIED);
  const { desired, plan } = await planChanges(
    bundle('upgrade'),
    { entry: ENTRY, current: account.desired },
    account,
  );
  const why = expect.stringMatching(/^what somebody put into its policy takes away s3:GetObject on \*/);
  expect(plan.withheld).toEqual({ [INGRESS]: why });
  expect(await verified({ ...account, desired, plan } as never)).toContainEqual({
    check: 'role-permissions',
    subject: INGRESS,
    outcome: 'not-proved',
    detail: why,
  });
});
