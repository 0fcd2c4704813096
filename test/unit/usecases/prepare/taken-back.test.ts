import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../../core/domain/desired-state.ts';
import { DISCOVERY_KEY } from '../../../../core/domain/names.ts';
import type { DocumentState, RoleState } from '../../../../core/domain/observed.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { demoCluster, request } from '../../../support/fakes/demo-cluster.ts';
import { type Account, BOUNDARY, ENTRY, preparedAccount, verified } from './prepared.ts';

const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';
const SUBJECT = 'system:serviceaccount:openshift-ingress-operator:ingress-operator';
const REQUESTS = [
  request('openshift-ingress-operator', 'cloud-credentials', 'ingress-operator'),
  request('openshift-image-registry', 'installer-cloud-credentials', 'registry', 'operator'),
];
const DENY: PolicyStatement = { Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::payroll/*' };

/** What somebody makes of the ingress role by hand. */
type Edit = (role: RoleState) => Partial<RoleState>;

const withPolicy =
  (edit: (statements: readonly PolicyStatement[]) => readonly PolicyStatement[]): Edit =>
  ({ policy }) => ({ policy: { ...(policy as PolicyDocument), Statement: edit(policy?.Statement ?? []) } });
const withTrust =
  (...more: readonly PolicyStatement[]): Edit =>
  ({ trust }) => ({
    trust: { ...(trust as PolicyDocument), Statement: [...(trust?.Statement ?? []), ...more] },
  });

const DENIED = withPolicy((statements) => [...statements, DENY]);
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

/** A bundle of the cluster below an operation, which asks for this on top of what the ingress operator has. */
function bundle(operation: 'prepare' | 'upgrade', ...action: string[]): DesiredState {
  const [ingress, registry] = REQUESTS;
  const more = { effect: 'Allow', action, resource: '*' } as const;
  const statements = [...(ingress?.statements ?? []), ...(action.length > 0 ? [more] : [])];
  const asked = [{ ...ingress, statements }, registry] as typeof REQUESTS;
  const state = demoCluster({ permissionsBoundaryArn: BOUNDARY }, asked);
  return operation === 'prepare'
    ? state
    : {
        ...state,
        clusterChange: { operation, release: '4.21.0', asked: state.roles.map(({ name }) => name) },
      };
}

async function edited(edit: Edit): Promise<Account> {
  const account = await preparedAccount();
  const role = account.roles.state.get(INGRESS) as RoleState;
  account.roles.state.set(INGRESS, { ...role, ...edit(role) });
  return account;
}

async function warningsOf(
  account: Account,
  state: DesiredState,
  current: DesiredState | 'unknown' = account.desired,
): Promise<readonly string[]> {
  const known = current === 'unknown' ? undefined : { entry: ENTRY, current };
  const { plan } = await planChanges(state, known, account);
  return plan.warnings ?? [];
}

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

describe('a discovery document that is written anew', () => {
  const rewritten = async (edit: (members: Record<string, unknown>) => unknown) => {
    const account = await preparedAccount();
    const document = account.issuerBucket.content?.documents[DISCOVERY_KEY] as DocumentState;
    Object.assign(document, { body: JSON.stringify(edit(JSON.parse(document.body))) });
    return { account, warnings: await warningsOf(account, bundle('prepare')) };
  };

  it('is said to lose what others put there, and is kept by the remedy', async () => {
    const { account, warnings } = await rewritten(({ claims_supported, ...members }) => ({
      ...members,
      claims_supported: [...(claims_supported as string[]), 'email'],
      token_endpoint: 'https://example.com/token',
    }));
    expect(warnings).toEqual([
      expect.stringMatching(/takes from it what STS does not read: .*claims_supported \("email"\)/),
    ]);
    expect(warnings.join()).toContain('token_endpoint');
    const { url, host } = account.desired.issuer;
    const state = { ...account.desired, issuer: { type: 'existing', url, host } } as DesiredState;
    const { plan } = await planChanges(state, undefined, { ...account, issuerBucket: undefined });
    expect(plan.issuer.changes).toEqual([]);
  });

  it.each<[string, (members: Record<string, unknown>) => unknown]>([
    ['as it was', (members) => members],
    ['without a member', ({ claims_supported: _, ...members }) => members],
    ['as no document at all', () => 'none'],
  ])('%s loses nothing', async (_, edit) => {
    expect((await rewritten(edit)).warnings).toEqual([]);
  });
});
