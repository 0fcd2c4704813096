import { describe, expect, it } from 'vitest';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { failing } from '../../../support/fakes/faults.ts';
import type { FakeRoles } from '../../../support/fakes/roles.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { fakeLimits } from '../../../support/fakes/unlimited.ts';
import { bundle, DENY, INGRESS } from './edited.ts';
import { type Account, ENTRY, preparedAccount, verified } from './prepared.ts';

describe('policies that others put on a role', () => {
  const NOTHING: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  };
  const ATTACHED = 'arn:aws:iam::aws:policy/AWSDenyAll';
  const withLimits = (account: Account, document: PolicyDocument | 'missing' | undefined): Account => ({
    ...account,
    limits: fakeLimits({
      boundary: async (arn) => (arn === ATTACHED ? document : { ...NOTHING, Statement: [EVERYTHING] }),
    }),
  });
  const EVERYTHING: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

  it.each<[string, (account: Account) => Account, RegExp]>([
    [
      'an inline one that denies it',
      (account) => {
        account.roles.foreignPolicies.set(INGRESS, ['quarantine']);
        account.roles.documents.set('quarantine', NOTHING);
        return account;
      },
      /^what somebody put on it \(quarantine\) takes away s3:GetObject/,
    ],
    [
      'an attached one that denies it',
      (account) => {
        account.roles.attachedPolicies.set(INGRESS, [ATTACHED]);
        return withLimits(account, NOTHING);
      },
      /^what somebody put on it \(arn:aws:iam::aws:policy\/AWSDenyAll\) takes away s3:GetObject/,
    ],
    [
      'one that cannot be read',
      (account) => {
        account.roles.attachedPolicies.set(INGRESS, [ATTACHED]);
        return withLimits(account, undefined);
      },
      /^it cannot be told whether what somebody put on it \(arn:\S+AWSDenyAll\) takes away s3:GetObject/,
    ],
    [
      'some that IAM does not show',
      (account) => ({
        ...account,
        roles: failing(account.roles, 'attachedPolicyArns', sdkError('AccessDenied', 403)) as FakeRoles,
      }),
      /^it cannot be told whether what somebody put on it \(its other policies\) takes away/,
    ],
  ])(
    '%s: nothing is proved of what a request asks for, also where the run changes nothing',
    async (_, put, why) => {
      const account = put(await preparedAccount());
      const { desired, plan } = await planChanges(
        bundle('prepare'),
        { entry: ENTRY, current: account.desired },
        account,
      );
      expect(plan.roles).toEqual([]);
      expect(plan.withheld?.[INGRESS]).toMatch(why);
      expect(plan.warnings).toContainEqual(expect.stringMatching(`^IAM role ${INGRESS}: `));
      expect(await verified({ ...account, desired, plan } as never)).toContainEqual(
        expect.objectContaining({ check: 'role-permissions', subject: INGRESS, outcome: 'not-proved' }),
      );
    },
  );

  it.each<[string, PolicyDocument | 'missing']>([
    ['allows more', { ...NOTHING, Statement: [EVERYTHING] }],
    ['denies what no request asks for', { ...NOTHING, Statement: [{ ...DENY, Action: 's3:DeleteBucket' }] }],
    ['is gone by now', 'missing'],
  ])('and take nothing from it are not spoken of: one that %s', async (_, document) => {
    const account = withLimits(await preparedAccount(), document);
    account.roles.attachedPolicies.set(INGRESS, [ATTACHED]);
    const { plan } = await planChanges(
      bundle('prepare'),
      { entry: ENTRY, current: account.desired },
      account,
    );
    expect(plan).not.toHaveProperty('withheld');
  });
});
