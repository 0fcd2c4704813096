import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../support/account.ts';
import {
  account,
  failing,
  GONE,
  KEY,
  pruned,
  upgradedCluster,
  versions,
  WIDER,
} from '../../support/prune/account.ts';
import {
  CLUSTER,
  changesOf,
  liveRole,
  manifestOf,
  NEWER,
  OLDER_RELEASE,
  releaseBundle,
  reportOf,
  roleOf,
} from '../../support/upgrading.ts';

describe('a prune that fails', () => {
  let before: Snapshot;
  let versionsBefore: unknown;
  beforeAll(async () => {
    await upgradedCluster();
    before = await account.snapshot();
    versionsBefore = await versions();
  });

  it.each(
    ['create-role', 'render-secrets', 'verify', 'prune-resources', 'publish-report'].flatMap((step) =>
      (['before', 'after'] as const).map((when) => [step, when] as const),
    ),
  )('in %s, %s its work, leaves everything as it was, versions included', async (step, when) => {
    const outcome = await account.run(KEY, await releaseBundle(), failing(step, when));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(before);
    expect(await versions()).toEqual(versionsBefore);
    const { undo = [] } = await reportOf(account, outcome.run);
    const again = undo
      .filter(({ detail }) => /^(recreated|shown again)$/.test(detail))
      .map(({ resource }) => resource);
    const removed = step === 'publish-report' || (step === 'prune-resources' && when === 'after');
    expect(again.sort()).toEqual(
      removed
        ? [
            ...GONE.map((component) => `role ${roleOf(component)}`),
            ...GONE.map(
              (component) => `s3://${account.output}/clusters/${CLUSTER}/install/${manifestOf(component)}`,
            ),
          ].sort()
        : [],
    );
  });

  it('and whose undo is tried again after a lost answer, tells what was undone the first time', async () => {
    let attempts = 0;
    const outcome = await account.run(KEY, await releaseBundle(), async (name, _event, call) => {
      if (name === 'publish-report') throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      const answer = await call();
      if (name !== 'undo-roles' && name !== 'undo-secrets') return answer;
      attempts += 1;
      if (attempts % 2 === 1) throw Object.assign(new Error('lost'), { name: 'Lambda.Unknown' });
      return answer;
    });
    expect(attempts).toBe(4);
    expect(outcome.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(before);
    const { undo = [] } = await reportOf(account, outcome.run);
    expect(undo.filter(({ detail }) => detail === 'recreated')).toHaveLength(GONE.length);
    expect(undo.filter(({ detail }) => detail === 'shown again')).toHaveLength(GONE.length);
  });

  it('does not take over what somebody put in the place of what it took away', async () => {
    const Key = `clusters/${CLUSTER}/install/${manifestOf('cloud-token')}`;
    const outcome = await account.run(KEY, await releaseBundle(), async (name, _event, call) => {
      if (name !== 'publish-report') return call();
      await account.iam.send(
        new CreateRoleCommand({ RoleName: roleOf('storage'), AssumeRolePolicyDocument: '{}' }),
      );
      await account
        .s3()
        .send(new PutObjectCommand({ Bucket: account.output, Key, Body: 'of somebody else' }));
      throw Object.assign(new Error('no'), { name: 'AccessDenied' });
    });
    expect(outcome).toMatchObject({ error: 'AccessDenied' });
    expect(outcome.states.at(-1)).toBe('RollbackIncomplete');
    const { undo = [] } = await reportOf(account, outcome.run);
    const left = undo.filter((each) => each.outcome === 'left');
    expect(left.map(({ resource, detail }) => `${resource}: ${detail}`)).toEqual([
      `s3://${account.output}/${Key}: written by somebody else since this run`,
      `role ${roleOf('storage')}: there is another one of that name since this run; it was not touched`,
    ]);
    expect(await account.read(Key)).toBe('of somebody else');
    expect(liveRole(await account.snapshot(), 'storage').inline).toEqual({});
  });
});

describe('taking away', () => {
  beforeEach(() => upgradedCluster());

  it('is done to the end after a function died on the way', async () => {
    const faults = ['AwsUnavailable', 'Lambda.Unknown'];
    let attempts = 0;
    const { report } = await pruned(async (name, _event, call) => {
      if (name !== 'prune-resources') return call();
      const fault = faults[attempts];
      attempts += 1;
      if (attempts === 2) await call();
      if (fault !== undefined) throw Object.assign(new Error('try again'), { name: fault });
      return call();
    });
    expect(attempts).toBe(3);
    expect(report.outcome).toBe('prepared');
    expect(Object.keys((await account.snapshot()).roles).sort()).toEqual(
      Object.keys(NEWER).map(roleOf).sort(),
    );
  });

  it('is part of a prune of the release that the cluster was prepared for, too', async () => {
    await account.run(`prune/${CLUSTER}/${OLDER_RELEASE}.tgz`, await releaseBundle(WIDER));
    const { report } = await pruned();
    expect(changesOf(report).filter((change) => change.startsWith('delete role'))).toHaveLength(GONE.length);
  });
});
