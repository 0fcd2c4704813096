import { beforeEach, describe, expect, it } from 'vitest';
import {
  account,
  add,
  cluster,
  EFS,
  FOLDER,
  FROM_EFS,
  FROM_RELEASE,
  PRUNE,
  proxy,
  prune,
  remove,
  run,
  sourcesOf,
  upgrade,
} from '../../support/add-ons/account.ts';
import { tgzOf } from '../../support/archives.ts';
import { auditAccount, kindsOf } from '../../support/audit.ts';
import { clusterYaml, statement } from '../../support/bundles.ts';
import { formOf } from '../../support/recording-proxy.ts';
import {
  allow,
  CLUSTER,
  changesOf,
  clusterBundle,
  editPolicy,
  liveRole,
  manifestOf,
  NEWER,
  permissionsOf,
  releaseBundle,
  requestFiles,
  roleOf,
  USUAL_ACTIONS,
} from '../../support/upgrading.ts';
import { writesOf } from '../../support/writes.ts';

describe('an optional operator of a live cluster', () => {
  beforeEach(() => cluster());

  it('is there, as it was, after the upgrade and the prune of the cluster', async () => {
    await add();
    await editPolicy(account, 'efs', (statements) => [...statements, allow('s3:GetObject')]);
    const before = await account.snapshot();
    await upgrade();
    const { report } = await prune();
    const after = await account.snapshot();
    expect(liveRole(after, 'efs')).toEqual(liveRole(before, 'efs'));
    expect(changesOf(report).filter((change) => change.startsWith('delete'))).toEqual([
      `delete ${manifestOf('storage')}: all`,
      `delete role ${roleOf('storage')}: all`,
    ]);
    expect(await account.keys(FOLDER)).toHaveLength(1);
    expect(await sourcesOf('efs')).toEqual([FROM_EFS]);
  });

  it('is there after the cluster was prepared again, too', async () => {
    await add();
    const before = await account.snapshot();
    const { report } = await run('prepare/demo.tgz', await clusterBundle());
    expect(report.changes).toEqual([]);
    expect(liveRole(await account.snapshot(), 'efs')).toEqual(liveRole(before, 'efs'));
    expect(await sourcesOf('efs')).toEqual([FROM_EFS]);
  });

  it('cannot be forgotten with all the release by its request alone below prepare/', async () => {
    const before = await account.snapshot();
    const bundle = await tgzOf({
      'cluster.yaml': clusterYaml({ name: CLUSTER, region: 'us-east-2' }),
      ...requestFiles(EFS),
    });
    proxy.clear();
    const outcome = await account.run('prepare/efs.tgz', bundle);
    expect(outcome).toMatchObject({ error: 'RolesWouldBeForgotten' });
    for (const text of [roleOf('dns'), `add/${CLUSTER}/`, `upgrade/${CLUSTER}/`, `prune/${CLUSTER}/`])
      expect(outcome.cause).toContain(text);
    expect(await account.snapshot()).toEqual(before);
    expect(writesOf(proxy.calls, account, CLUSTER)).toEqual([]);
  });

  it('may ask for a role of the release, which has what both ask for, whoever stops asking', async () => {
    const shared = { storage: statement({ action: ['ec2:DescribeVpcs'] }) };
    await add(shared);
    expect(permissionsOf(await account.snapshot(), 'storage')).toEqual([
      allow(...USUAL_ACTIONS),
      allow('ec2:DescribeVpcs'),
    ]);
    expect(await sourcesOf('storage')).toEqual([FROM_RELEASE, FROM_EFS]);
    await upgrade();
    await prune();
    expect(permissionsOf(await account.snapshot(), 'storage')).toEqual([allow('ec2:DescribeVpcs')]);
    expect(await sourcesOf('storage')).toEqual([FROM_EFS]);
    expect(await account.keys(`clusters/${CLUSTER}/install/manifests/`)).not.toContain(
      `clusters/${CLUSTER}/install/${manifestOf('storage')}`,
    );
    await remove();
    expect(Object.keys((await account.snapshot()).roles)).not.toContain(roleOf('storage'));
  });

  it('leaves a role to the release when it goes', async () => {
    await add({ storage: statement({ action: ['ec2:DescribeVpcs'] }) });
    const before = await account.snapshot();
    const { report } = await remove();
    expect(report.warnings).toEqual([expect.stringContaining(`IAM role ${roleOf('storage')} stays`)]);
    expect(liveRole(await account.snapshot(), 'storage')).toEqual(liveRole(before, 'storage'));
    expect(await sourcesOf('storage')).toEqual([FROM_RELEASE]);
    expect(await account.keys(FOLDER)).toEqual([]);
  });
});

describe('a role that the release stops asking for', () => {
  beforeEach(async () => {
    await cluster();
    await upgrade();
  });

  /** GetRole of AWS answers when a role was last used (API_RoleLastUsed); the emulator leaves it out. */
  function usedAt(component: string, at: Date): void {
    proxy.onRequest = (call) =>
      call.action === 'GetRole' && formOf(call)?.get('RoleName') === roleOf(component)
        ? {
            changeAnswer: (body) =>
              body.replace(
                '</Role>',
                `<RoleLastUsed><LastUsedDate>${at.toISOString()}</LastUsedDate><Region>us-east-2</Region></RoleLastUsed></Role>`,
              ),
          }
        : {};
  }
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);

  it('stays, with its Secret, while IAM shows that it was used since the upgrade', async () => {
    const before = await account.snapshot();
    usedAt('storage', new Date());
    const { report } = await prune();
    expect(report.warnings).toEqual([
      expect.stringMatching(`^IAM role ${roleOf('storage')} stays, .*the upgrade.*removeRoles`),
    ]);
    expect(liveRole(await account.snapshot(), 'storage')).toEqual(liveRole(before, 'storage'));
    expect(await sourcesOf('storage')).toEqual([FROM_RELEASE]);
    expect(kindsOf((await auditAccount(account)).cluster(CLUSTER).drift)).toEqual([]);

    // IAM shows a use up to four hours late: that it shows none since the last run says nothing yet.
    const { report: again } = await prune();
    expect(again.warnings).toEqual([
      expect.stringMatching(
        `^IAM role ${roleOf('storage')} stays, .*not known whether it was used after the last`,
      ),
    ]);
    expect(liveRole(await account.snapshot(), 'storage')).toEqual(liveRole(before, 'storage'));

    usedAt('storage', minutes(-2 * 24 * 60));
    const { report: later } = await prune();
    expect(changesOf(later), 'not used for days').toContain(`delete role ${roleOf('storage')}: all`);
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    [
      'removeRoles names it',
      () => tgzOf({ 'cluster.yaml': `removeRoles: [${roleOf('storage')}]`, ...requestFiles(NEWER) }),
    ],
    [
      'a tombstone names its Secret',
      () =>
        releaseBundle({
          ...NEWER,
          storage: { 'metadata.annotations': { 'release.openshift.io/delete': 'true' } },
        }),
    ],
  ])('goes though it was used when %s', async (_, bundle) => {
    usedAt('storage', minutes(1));
    const { report } = await run(PRUNE, await bundle());
    expect(report.warnings).toEqual([]);
    expect(changesOf(report)).toContain(`delete role ${roleOf('storage')}: all`);
  });

  it.each<[string, string]>([
    ['is asked for', roleOf('dns')],
    ['is not there', 'demo-typo'],
  ])('cannot be named when it %s', async (_, name) => {
    const bundle = await tgzOf({ 'cluster.yaml': `removeRoles: [${name}]`, ...requestFiles(NEWER) });
    expect(await account.run(PRUNE, bundle)).toMatchObject({
      error: 'RoleNotRemovable',
      cause: expect.stringContaining(name),
    });
  });

  it('was used days before the upgrade, and goes', async () => {
    usedAt('storage', minutes(-2 * 24 * 60));
    const { report } = await prune();
    expect(changesOf(report)).toContain(`delete role ${roleOf('storage')}: all`);
  });
});
