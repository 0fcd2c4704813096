import { describe, expect, it } from 'vitest';
import type { DesiredRole } from '../../../../core/domain/desired-state.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import { DEFAULT_RULES } from '../../../../core/domain/policy-guard.ts';
import { diffRole } from '../../../../core/resources/role/diff.ts';
import { specsOf } from '../../../../core/resources/specs.ts';
import { undoRoles } from '../../../../core/usecases/undo/undo-roles.ts';
import type { Ledger } from '../../../../core/usecases/undo/undo-step.ts';
import { DEMO_RUN, demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';

const desired = demoCluster();
const role = desired.roles[0] as DesiredRole;
const { name } = role;
const present: RoleState = {
  arn: role.arn,
  path: role.path,
  description: role.description,
  tags: desired.tags,
  trust: role.trust,
  policy: role.policy,
  maxSessionDuration: 3_600,
};

const allowing = (Action: string, Resource = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});
const EVERYBODY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
};

/** As roles of an earlier cluster of the name, or of one whose issuer was another. */
const trusting = (providerArn: string) => ({
  ...role.trust,
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: providerArn },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'older.example/demo:sub': ['system:serviceaccount:openshift-a:b'] } },
    },
  ],
});
const ACCOUNTS = desired.providerArn.replace(desired.issuer.host, 'older.example/demo');

/** What a plan says that a run found, and did to the first role. */
function ledger(before: RoleState): Ledger {
  const changes = diffRole(specsOf(desired).role(role), before);
  return {
    desired,
    plan: {
      version: 1,
      run: RUN,
      signingKey: { changes: [] },
      issuer: { changes: [] },
      provider: { changes: [] },
      roles: [{ index: 0, before, changes }],
      files: { changes: [] },
    },
    removed: { roles: [], manifests: [] },
  };
}

const removal = (before: RoleState): Ledger => ({
  ...ledger(present),
  removed: { roles: [{ name, before }], manifests: [] },
});

const undo = (from: Ledger, roles: ReturnType<typeof fakeRoles>) =>
  undoRoles(DEMO_RUN, from, { roles, guard: DEFAULT_RULES });

describe('what a plan says that a role had', () => {
  it('is given back where a request could ask for it', async () => {
    const before = { ...present, policy: allowing('s3:GetObject'), description: 'as it was' };
    const roles = fakeRoles({ [name]: present });
    await expect(undo(ledger(before), roles)).resolves.toMatchObject([{ outcome: 'undone' }]);
    expect(roles.state.get(name)).toEqual(before);
  });

  it.each<[string, Partial<RoleState>, string]>([
    ['everything', { policy: allowing('*') }, 'put-role-policy'],
    ['IAM', { policy: allowing('iam:CreateAccessKey') }, 'put-role-policy'],
    ['trust in everybody', { trust: EVERYBODY }, 'update-assume-role-policy'],
    [
      'trust in an issuer of another account',
      { trust: trusting(ACCOUNTS.replace(/\d{12}/, '666666666666')) },
      'update-assume-role-policy',
    ],
  ])('is left for an operator where none could: %s', async (_, had, command) => {
    const roles = fakeRoles({ [name]: present });
    const [outcome] = await undo(ledger({ ...present, ...had }), roles);
    expect(outcome).toMatchObject({ outcome: 'left', detail: expect.stringContaining('not given back') });
    expect(outcome?.commands?.join('\n')).toContain(command);
    expect(roles.writes).toEqual([]);
    expect(roles.state.get(name)).toEqual(present);
  });

  it('is given back where it was trust in another issuer of the account', async () => {
    const before = { ...present, trust: trusting(ACCOUNTS) };
    const roles = fakeRoles({ [name]: present });
    await expect(undo(ledger(before), roles)).resolves.toMatchObject([{ outcome: 'undone' }]);
    expect(roles.state.get(name)).toEqual(before);
  });

  it('is given back where the role has it still, whatever it is', async () => {
    const both = { ...EVERYBODY, Statement: [...role.trust.Statement, ...EVERYBODY.Statement] };
    const before = { ...present, trust: both, description: 'as it was' };
    const roles = fakeRoles({ [name]: { ...present, trust: both } });
    const [outcome] = await undo(ledger(before), roles);
    expect(outcome).toMatchObject({ outcome: 'undone' });
    expect(roles.state.get(name)).toEqual(before);
  });
});

describe('a role that a run took away', () => {
  it('is made again as it was', async () => {
    const roles = fakeRoles({});
    await expect(undo(removal(present), roles)).resolves.toMatchObject([{ outcome: 'undone' }]);
    expect(roles.state.get(name)).toEqual(present);
  });

  it.each<[string, Partial<RoleState>]>([
    ['everything', { policy: allowing('*') }],
    ['trust in everybody', { trust: EVERYBODY }],
  ])('is not made again with %s', async (_, had) => {
    const roles = fakeRoles({});
    const [outcome] = await undo(removal({ ...present, ...had }), roles);
    expect(outcome).toMatchObject({
      outcome: 'left',
      commands: [expect.stringContaining('create-role'), expect.anything()],
    });
    expect(roles.state.size).toBe(0);
  });
});
