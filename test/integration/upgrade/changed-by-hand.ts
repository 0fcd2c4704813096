import { AttachRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { account, KEY, newCluster, upgraded } from '../../support/upgrade/account.ts';
import {
  allow,
  CLUSTER,
  changesOf,
  editPolicy,
  editTrust,
  liveRole,
  permissionsOf,
  releaseBundle,
  roleOf,
  subjectOf,
  subjectsOf,
  USUAL_ACTIONS,
} from '../../support/upgrading.ts';

describe('what somebody gave a role by hand', () => {
  const FURTHER = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const deny = { Effect: 'Deny', Action: 'ec2:TerminateInstances', Resource: '*', Sid: 'NeverTerminate' };
  const named = { ...(allow('s3:ListAllMyBuckets') as object), Sid: 'OfAnAdministrator' };

  beforeEach(() => newCluster());

  async function byHand(): Promise<void> {
    await editPolicy(account, 'ingress', (statements) => [named, ...statements, deny]);
    await editPolicy(account, 'dns', () => [allow(...USUAL_ACTIONS, 's3:GetObject')]);
    await editPolicy(account, 'storage', (statements) => [...statements, allow('s3:GetObject')]);
    await editTrust(account, 'image-registry', (trust) =>
      trust.replace(
        `"${subjectOf('image-registry')}"`,
        `"${subjectOf('image-registry')}","${subjectOf('other')}"`,
      ),
    );
    await editTrust(account, 'dns', (trust) =>
      trust.replace(
        '"Statement":[',
        `"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::${account.id}:root"},"Action":"sts:AssumeRole"},`,
      ),
    );
    await account.iam.send(new AttachRolePolicyCommand({ RoleName: roleOf('ingress'), PolicyArn: FURTHER }));
    await account.iam.send(
      new PutRolePolicyCommand({
        RoleName: roleOf('ingress'),
        PolicyName: 'further',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }),
      }),
    );
  }

  it('survives: permissions, denials, subjects, statements and further policies', async () => {
    await byHand();
    const before = await account.snapshot();
    const { report } = await upgraded();
    const after = await account.snapshot();
    expect(permissionsOf(after, 'ingress')).toEqual([
      named,
      allow(...USUAL_ACTIONS),
      deny,
      allow(...USUAL_ACTIONS, 'ec2:DescribeVpcs'),
    ]);
    expect(liveRole(after, 'ingress')).toMatchObject({
      attached: [FURTHER],
      inline: { further: liveRole(before, 'ingress').inline['further'] },
    });
    expect(permissionsOf(after, 'dns')).toEqual([
      allow(...USUAL_ACTIONS, 's3:GetObject'),
      allow(...USUAL_ACTIONS),
    ]);
    expect(liveRole(after, 'dns').trust).toEqual(liveRole(before, 'dns').trust);
    expect(liveRole(after, 'storage')).toEqual(liveRole(before, 'storage'));
    expect(subjectsOf(after, 'image-registry')).toEqual([
      [subjectOf('image-registry'), subjectOf('other'), subjectOf('image-registry', 'registry')],
    ]);
    expect(changesOf(report).filter((change) => change.startsWith('update role'))).toEqual([
      `update role ${roleOf('dns')}: permissions`,
      `update role ${roleOf('image-registry')}: trust policy`,
      `update role ${roleOf('ingress')}: permissions`,
    ]);
    const again = await upgraded();
    expect(again.writes).toEqual([]);
    expect(again.report.changes).toEqual([]);
  });

  it('and what somebody took away comes back', async () => {
    await editPolicy(account, 'storage', () => [allow('s3:GetObject')]);
    await editTrust(account, 'storage', (trust) => trust.replace(subjectOf('storage'), subjectOf('other')));
    await upgraded();
    const after = await account.snapshot();
    expect(permissionsOf(after, 'storage')).toEqual([allow('s3:GetObject'), allow(...USUAL_ACTIONS)]);
    expect(subjectsOf(after, 'storage')).toEqual([[subjectOf('other'), subjectOf('storage')]]);
  });

  it('stays what it is when both together are over the limits of IAM, and nothing else changes', async () => {
    await editPolicy(account, 'ingress', (statements) => [
      ...statements,
      { ...(allow('s3:GetObject') as object), Resource: `arn:aws:s3:::${'x'.repeat(9_900)}` },
    ]);
    const subjects = Array.from({ length: 40 }, (_, index) => `"${subjectOf('other', `account-${index}`)}"`);
    await editTrust(account, 'image-registry', (trust) =>
      trust.replace(`"${subjectOf('image-registry')}"`, `"${subjectOf('image-registry')}",${subjects}`),
    );
    const before = await account.snapshot();
    const outcome = await account.run(KEY, await releaseBundle());
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    const [policy, trust, ...more] = outcome.cause?.split('\n').sort() ?? [];
    expect(trust).toMatch(
      new RegExp(
        `^The trust policy .*role ${roleOf('image-registry')} would have 2\\d{3} .* IAM allows 2048`,
      ),
    );
    expect(policy).toMatch(
      new RegExp(`^The policy of IAM role ${roleOf('ingress')} would have 10\\d{3} .* IAM allows 10240`),
    );
    expect(more).toEqual([]);
    expect(await account.snapshot()).toEqual(before);
  });

  it('may be as large as IAM allows, when nothing has to be added to it', async () => {
    const { Effect, Action } = allow('s3:GetObject') as { Effect: string; Action: string[] };
    await editPolicy(account, 'storage', (statements) => [
      ...statements,
      { Effect, Action, Resource: 'x'.repeat(10_400) },
    ]);
    await upgraded();
  });

  it('after the plan was made is not in a second plan, when the answer of the first was lost', async () => {
    let attempts = 0;
    const outcome = await account.run(KEY, await releaseBundle(), async (name, _event, call) => {
      if (name === 'create-role') throw Object.assign(new Error('enough'), { name: 'AccessDenied' });
      const answer = await call();
      if (name !== 'plan-changes') return answer;
      attempts += 1;
      if (attempts > 1) return answer;
      await editPolicy(account, 'storage', (statements) => [...statements, allow('s3:GetBucketAcl')]);
      throw Object.assign(new Error('The answer is lost.'), { name: 'Lambda.Unknown' });
    });
    expect(outcome).toMatchObject({ error: 'AccessDenied' });
    expect(attempts).toBe(2);
    const folder = `clusters/${CLUSTER}/runs/${outcome.run}/`;
    for (const file of ['desired.json', 'plan.json'])
      expect(await account.read(`${folder}${file}`)).not.toContain('s3:GetBucketAcl');
    expect(permissionsOf(await account.snapshot(), 'storage')).toContainEqual(allow('s3:GetBucketAcl'));
  });
});
