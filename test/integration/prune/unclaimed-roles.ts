import {
  AttachRolePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../support/account.ts';
import {
  account,
  failing,
  GONE,
  installed,
  KEY,
  OWNER,
  pruned,
  upgradedCluster,
} from '../../support/prune/account.ts';
import {
  allow,
  CLUSTER,
  changesOf,
  editPolicy,
  liveRole,
  manifestOf,
  releaseBundle,
  roleOf,
} from '../../support/upgrading.ts';

describe('a role that no request asks for any more', () => {
  beforeEach(() => upgradedCluster());

  const RoleName = roleOf('storage');
  const FURTHER = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'has an attached policy',
      () => account.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: FURTHER })),
      `it has further policies (${FURTHER}). Take them off, then delete the role.`,
    ],
    [
      'has another inline policy',
      () =>
        account.iam.send(
          new PutRolePolicyCommand({
            RoleName,
            PolicyName: 'further',
            PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [allow('s3:GetObject')] }),
          }),
        ),
      'it has further policies (further). Take them off, then delete the role.',
    ],
    [
      'is another cluster’s by its tag',
      async () => {
        const Key = 'openshift.io/cloud-credential-operator/other';
        await account.iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key, Value: 'owned' }] }));
        await account.iam.send(new UntagRoleCommand({ RoleName, TagKeys: [OWNER] }));
      },
      'it belongs to cluster other.',
    ],
    [
      'is another cluster’s too',
      () =>
        account.iam.send(
          new TagRoleCommand({
            RoleName,
            Tags: [{ Key: 'openshift.io/cloud-credential-operator/other', Value: 'owned' }],
          }),
        ),
      'it belongs to cluster demo, other.',
    ],
  ])('stays when it %s, and the report says so', async (_, happens, why) => {
    await happens();
    const before = await account.snapshot();
    const { report } = await pruned();
    const after = await account.snapshot();
    expect(liveRole(after, 'storage')).toEqual(liveRole(before, 'storage'));
    expect(report.warnings).toEqual([`IAM role ${RoleName} stays, though nothing asks for it: ${why}`]);
    expect(changesOf(report).filter((change) => change.startsWith('delete'))).toEqual([
      ...GONE.map((component) => `delete ${manifestOf(component)}: all`).sort(),
      `delete role ${roleOf('cloud-token')}: all`,
    ]);
    expect(await installed()).not.toContain(manifestOf('storage'));
  });

  it('may be gone already, and its manifest too', async () => {
    const { iam } = account;
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: RoleName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    const Key = `clusters/${CLUSTER}/install/${manifestOf('cloud-token')}`;
    await account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key }));
    const { report } = await pruned();
    expect(changesOf(report).filter((change) => change.startsWith('delete'))).toEqual([
      `delete ${manifestOf('storage')}: all`,
      `delete role ${roleOf('cloud-token')}: all`,
    ]);
  });

  it('may have no policy of its own', async () => {
    await account.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: RoleName }));
    const before = await account.snapshot();
    const outcome = await account.run(KEY, await releaseBundle(), failing('publish-report', 'before'));
    expect(outcome.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(before);
    await pruned();
    expect(Object.keys((await account.snapshot()).roles)).not.toContain(RoleName);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['changed', () => editPolicy(account, 'storage', () => [allow('s3:ListBucket')])],
    ['deleted', () => removeByHand('storage')],
    [
      'tagged as another cluster’s',
      () => account.iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'x', Value: 'y' }] })),
    ],
  ])('and was %s since the plan stops the prune before it takes anything away', async (_, happens) => {
    let between: Snapshot | undefined;
    const outcome = await account.run(KEY, await releaseBundle(), async (name, _event, call) => {
      if (name === 'prune-resources') {
        await happens();
        between = await account.snapshot();
      }
      return call();
    });
    expect(outcome).toMatchObject({ error: 'ChangedSincePlan', cause: expect.stringContaining(RoleName) });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    const now = await account.snapshot();
    expect(now.roles[RoleName]).toEqual(between?.roles[RoleName]);
    expect(now.roles[roleOf('cloud-token')]).toEqual(between?.roles[roleOf('cloud-token')]);
  });

  it('and gets a further policy at the last moment is put back as it was', async () => {
    const before = await account.snapshot();
    const outcome = await account.run(KEY, await releaseBundle(), async (name, _event, call) => {
      if (name === 'prune-resources')
        await account.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: FURTHER }));
      return call();
    });
    expect(outcome).toMatchObject({ error: 'ChangedSincePlan' });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    await account.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: FURTHER }));
    expect(await account.snapshot()).toEqual(before);
  });
});

async function removeByHand(component: string): Promise<void> {
  const RoleName = roleOf(component);
  await account.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: RoleName }));
  await account.iam.send(new DeleteRoleCommand({ RoleName }));
}
