import { DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestAccount } from '../support/account.ts';
import { makeTopic, type Reviewer, reviewedBy } from '../support/approving.ts';
import { uploadDeletion } from '../support/deleting.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { CLUSTER, clusterBundle, OLDER, roleOf } from '../support/upgrading.ts';

/* A cluster whose changes have to be approved is not deleted without, and then just what was approved goes. */

let emulator: OwnEmulator;
let account: TestAccount;

beforeAll(async () => {
  emulator = await ownEmulator();
});
afterAll(() => emulator.stop());
beforeEach(() => clusterWith({ approval: 'required' }));

/** A cluster that there is, of an account of its own. */
async function clusterWith(facts: object, settings: Record<string, string> = {}): Promise<void> {
  account = await emulator.account(settings);
  await makeTopic();
  const prepared = await account.run(
    `prepare/${CLUSTER}.tgz`,
    await clusterBundle(OLDER, facts as never),
    reviewedBy(account, CLUSTER, { verdict: 'approved' }),
  );
  expect(prepared).toMatchObject({ status: 'SUCCEEDED' });
}

const remove = (reviewer?: Reviewer, prefix = '') =>
  uploadDeletion(
    account,
    `${prefix}delete/${CLUSTER}.yaml`,
    `confirm: ${CLUSTER}\nunused-for-hours: 0\n`,
    reviewer === undefined ? undefined : reviewedBy(account, CLUSTER, reviewer),
  );

const roles = async () => Object.keys((await account.snapshot()).roles);

describe('the deletion of a cluster whose changes have to be approved', () => {
  it('waits, with all that goes in its plan, and goes once it is approved', async () => {
    let plan = '';
    const meanwhile = async () => {
      const [run] = (await account.keys(`clusters/${CLUSTER}/runs/deletion-`)).map(
        (key) => key.split('/')[3],
      );
      plan = (await account.read(`clusters/${CLUSTER}/runs/${run}/deletion-report.md`)) ?? '';
      expect(await roles()).toContain(roleOf('dns'));
    };
    const deletion = await remove({ verdict: 'approved', meanwhile });
    expect(deletion).toMatchObject({ status: 'SUCCEEDED' });
    expect(deletion.states).toEqual(
      expect.arrayContaining(['AskForApproval', 'ConfirmDeletion', 'DeleteRoles', 'Deleted']),
    );
    expect(plan).toContain('once it is approved');
    expect(plan).toContain(roleOf('dns'));
    expect(plan).toContain('sts-prep approve deletion-');
    expect(deletion.report).toMatchObject({
      outcome: 'deleted',
      approval: { verdict: 'approved', by: expect.stringMatching(/^arn:/) },
    });
    expect(await roles()).toEqual([]);
  });

  it.each([
    [
      'somebody refuses it',
      { verdict: 'refused', reason: 'in use' } satisfies Reviewer,
      'ApprovalRefused',
      'in use',
    ],
  ] as const)('is not done when %s', async (_, reviewer, error, cause) => {
    const before = await account.snapshot();
    const deletion = await remove(reviewer);
    expect(deletion).toMatchObject({ status: 'FAILED', error });
    expect(deletion.cause).toContain(cause);
    expect(deletion.states.at(-1)).toBe(error);
    expect(deletion.report).toMatchObject({ outcome: 'approval-refused', approval: { reason: 'in use' } });
    expect(await account.snapshot()).toEqual(before);
    expect(await account.read(`clusters/${CLUSTER}/lock`)).toBeUndefined();
  });

  it('is not done when nobody decides', async () => {
    const deletion = await uploadDeletion(
      account,
      `delete/${CLUSTER}.yaml`,
      `confirm: ${CLUSTER}\n`,
      async (name, _event, call) => {
        if (name === 'ask-for-approval') throw Object.assign(new Error(), { name: 'States.Timeout' });
        return call();
      },
    );
    expect(deletion).toMatchObject({ status: 'FAILED', error: 'ApprovalTimedOut' });
    expect(deletion.states.at(-1)).toBe('ApprovalTimedOut');
    expect(deletion.report?.outcome).toBe('approval-timed-out');
    expect(await roles()).toContain(roleOf('dns'));
  });

  it('is not done when something else would go by then, which is named', async () => {
    const meanwhile = async () => {
      const { iam } = account;
      await iam.send(new DeleteRolePolicyCommand({ RoleName: roleOf('dns'), PolicyName: roleOf('dns') }));
      const { DeleteRoleCommand } = await import('@aws-sdk/client-iam');
      await iam.send(new DeleteRoleCommand({ RoleName: roleOf('dns') }));
    };
    const deletion = await remove({ verdict: 'approved', meanwhile });
    expect(deletion).toMatchObject({ status: 'FAILED', error: 'PlanOutdated' });
    expect(deletion.cause).toContain(roleOf('dns'));
    expect(await roles()).toContain(roleOf('ingress'));
    // Planned and approved anew.
    expect(await remove({ verdict: 'approved' })).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is planned without anybody being asked', async () => {
    const plan = await remove(undefined, 'plan/');
    expect(plan).toMatchObject({ status: 'SUCCEEDED' });
    expect(plan.report?.outcome).toBe('planned');
  });
});

describe('the deletion of any cluster', () => {
  it('waits where the deployment wants deletions approved', async () => {
    await clusterWith({}, { APPROVAL_FOR: 'delete' });
    const deletion = await remove({ verdict: 'refused', reason: 'no' });
    expect(deletion).toMatchObject({ status: 'FAILED', error: 'ApprovalRefused' });
  });

  it('goes at once where nobody wants that', async () => {
    await clusterWith({});
    const deletion = await remove();
    expect(deletion.states).not.toContain('AskForApproval');
    expect(deletion).toMatchObject({ status: 'SUCCEEDED' });
  });
});
