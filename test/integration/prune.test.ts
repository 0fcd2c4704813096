import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../core/domain/report.ts';
import type { Snapshot, TestAccount } from '../support/account.ts';
import type { Intercept } from '../support/in-process.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import {
  allow,
  CLUSTER,
  changesOf,
  clusterBundle,
  editPolicy,
  editTrust,
  liveRole,
  manifestOf,
  NEWER,
  NEWER_RELEASE,
  OLDER,
  OLDER_RELEASE,
  permissionsOf,
  releaseBundle,
  reportOf,
  roleOf,
  subjectOf,
  subjectsOf,
  USUAL_ACTIONS,
  withoutRegistry,
} from '../support/upgrading.ts';
import { writesOf } from '../support/writes.ts';

const KEY = `prune/${CLUSTER}/${NEWER_RELEASE}.tgz`;
const OWNER = `openshift.io/cloud-credential-operator/${CLUSTER}`;
/** The components that the newer release does not have any more. */
const GONE = ['storage', 'cloud-token'];
const WIDER = { ...OLDER, 'cloud-token': {} };

let emulator: OwnEmulator;
let proxy: RecordingProxy;
let account: TestAccount;

beforeAll(async () => {
  emulator = await ownEmulator();
  proxy = await recordingProxy(emulator.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await emulator.stop();
});

/** A cluster that was upgraded; the roles that will go have everything that a role can have. */
async function upgradedCluster(): Promise<void> {
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  for (const [key, bundle] of [
    ['prepare/demo.tgz', clusterBundle(WIDER)],
    [`upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`, releaseBundle()],
  ] as const)
    expect(await account.run(key, await bundle)).toMatchObject({ status: 'SUCCEEDED' });
  const RoleName = roleOf('storage');
  const { iam } = account;
  await iam.send(
    new UpdateRoleCommand({ RoleName, Description: `It's "ours" $HOME`, MaxSessionDuration: 7_200 }),
  );
  await iam.send(
    new PutRolePermissionsBoundaryCommand({
      RoleName,
      PermissionsBoundary: 'arn:aws:iam::aws:policy/Boundary',
    }),
  );
  await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'cost-center', Value: '47 11' }] }));
  await editPolicy(account, 'storage', (statements) => [...statements, allow('s3:GetObject')]);
  await editTrust(account, 'storage', (trust) => trust.replace(subjectOf('storage'), subjectOf('other')));
}

async function pruned(intercept?: Intercept) {
  proxy.clear();
  const outcome = await account.run(KEY, await releaseBundle(), intercept);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  return {
    outcome,
    report: await reportOf(account, outcome.run),
    writes: writesOf(proxy.calls, account, CLUSTER),
  };
}

const installed = async () =>
  (await account.keys(`clusters/${CLUSTER}/install/manifests/`)).map((key) => key.split('/install/')[1]);

/** Versions and delete markers of everything in the output bucket but records, to tell that an undo leaves none. */
async function versions(): Promise<unknown> {
  const { Versions = [], DeleteMarkers = [] } = await account
    .s3()
    .send(new ListObjectVersionsCommand({ Bucket: account.output }));
  return [...Versions, ...DeleteMarkers]
    .map(({ Key = '', VersionId }) => `${Key} ${VersionId}`)
    .filter((version) => !/\/runs\/|^executions\/|\/lock /.test(version))
    .sort();
}

describe('a prune', () => {
  let before: Snapshot;
  let after: Snapshot;
  let report: Report;
  let states: readonly string[];
  beforeAll(async () => {
    await upgradedCluster();
    before = await account.snapshot();
    const run = await pruned();
    report = run.report;
    states = run.outcome.states;
    after = await account.snapshot();
  });

  it('leaves what the release asks for, and nothing else', async () => {
    expect(Object.keys(after.roles).sort()).toEqual(Object.keys(NEWER).map(roleOf).sort());
    expect(permissionsOf(after, 'ingress')).toEqual([allow(...USUAL_ACTIONS, 'ec2:DescribeVpcs')]);
    expect(subjectsOf(after, 'image-registry')).toEqual(subjectsOf(before, 'image-registry'));
    for (const component of ['dns', 'machine-api'])
      expect(liveRole(after, component)).toEqual(liveRole(before, component));
    expect(await installed()).toEqual(
      ['manifests/cluster-authentication-02-config.yaml', ...Object.keys(NEWER).map(manifestOf)].sort(),
    );
    expect({ ...after, roles: {}, results: {} }).toEqual({ ...before, roles: {}, results: {} });
  });

  it('takes away last, and says what', async () => {
    expect(states.slice(states.indexOf('Verify'))).toEqual([
      'Verify',
      'HasRemovals',
      'PruneResources',
      'PublishReport',
      'Unlock',
      'Prepared',
    ]);
    expect(report).toMatchObject({
      operation: 'prune',
      release: NEWER_RELEASE,
      cluster: { release: NEWER_RELEASE },
      warnings: [],
    });
    expect(changesOf(report)).toEqual([
      `update role ${roleOf('ingress')}: permissions`,
      'update install.tar.gz: content',
      ...GONE.map((component) => `delete ${manifestOf(component)}: all`).sort(),
      ...GONE.map((component) => `delete role ${roleOf(component)}: all`).sort(),
    ]);
    expect(report.files?.join()).not.toContain('storage');
    const page = await account.read(`clusters/${CLUSTER}/runs/${report.run}/report.md`);
    expect(page).toContain(`- delete role ${roleOf('storage')}`);
    expect(page).not.toContain('openshift-install');
  });

  it('brings the cluster to the release in the registry', async () => {
    const entry = JSON.parse((await account.read(`clusters/${CLUSTER}/cluster.json`)) ?? '');
    expect(entry).toMatchObject({ release: NEWER_RELEASE, upgrades: [] });
    expect(entry.roles.map(({ name }: { name: string }) => name).sort()).toEqual(
      Object.keys(NEWER).map(roleOf).sort(),
    );
  });

  it('changes nothing when it comes again', async () => {
    const again = await pruned();
    expect(again.writes).toEqual([]);
    expect(again.report.changes).toEqual([]);
    expect(again.outcome.states).not.toContain('PruneResources');
    expect(withoutRegistry(await account.snapshot())).toEqual(withoutRegistry(after));
  });
});

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

function failing(step: string, when: 'before' | 'after'): Intercept {
  return async (name, _event, call) => {
    if (name !== step) return call();
    if (when === 'after') await call();
    throw Object.assign(new Error('by order of the test'), { name: 'AccessDenied' });
  };
}

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

it('a prune to a release older than one that was prepared for in addition says that this is over', async () => {
  await upgradedCluster();
  await account.run(`upgrade/${CLUSTER}/4.15.2.tgz`, await releaseBundle({ ...NEWER, 'cloud-network': {} }));
  const { report } = await pruned();
  expect(report.warnings).toEqual([
    expect.stringMatching(`^IAM role ${roleOf('cloud-network')} stays, .* later release 4.15.2`),
    'The cluster was prepared for 4.15.2 in addition, and is no longer; upload its upgrade again.',
  ]);
  expect(changesOf(report)).not.toContain(`delete role ${roleOf('cloud-network')}: all`);
  await expect(installed()).resolves.toContain(manifestOf('cloud-network'));
});
