import { beforeAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../support/account.ts';
import {
  ADD,
  account,
  add,
  cluster,
  EFS,
  FOLDER,
  FROM_EFS,
  FROM_RELEASE,
  NOTHING,
  ofTheRelease,
  REMOVE,
  registry,
  remove,
  run,
  sourcesOf,
} from '../../support/add-ons/account.ts';
import { tgzOf } from '../../support/archives.ts';
import { request, statement } from '../../support/bundles.ts';
import {
  allow,
  CLUSTER,
  changesOf,
  editPolicy,
  manifestOf,
  OLDER_RELEASE,
  permissionsOf,
  releaseBundle,
  roleOf,
} from '../../support/upgrading.ts';

describe('an add-on', () => {
  let before: Snapshot;
  beforeAll(async () => {
    await cluster();
    before = await account.snapshot();
  });

  it('gets its roles, and its Secrets in a folder of its own, which the report tells to apply', async () => {
    const { report } = await add();
    expect(report).toMatchObject({ operation: 'add', addOn: 'efs', outcome: 'prepared', warnings: [] });
    const file = `add-ons/efs/${manifestOf('efs')}`;
    expect(changesOf(report)).toEqual([`create role ${roleOf('efs')}: all`, `create ${file}: all`]);
    expect(report.files).toEqual([`s3://${account.output}/clusters/${CLUSTER}/${file}`]);
    const page = await account.read(`clusters/${CLUSTER}/runs/${report.run}/report.md`);
    expect(page).toContain('oc get namespace openshift-efs || oc create namespace openshift-efs');
    expect(page).toContain(`aws s3 cp ${report.files?.[0]} - | oc apply -f -`);
    expect(await account.read(`clusters/${CLUSTER}/${file}`)).toContain(`role/${roleOf('efs')}`);
  });

  it('leaves everything of the release alone, the installer’s files too', async () => {
    expect(ofTheRelease(await account.snapshot())).toEqual(ofTheRelease(before));
    expect(await registry()).toMatchObject({ release: OLDER_RELEASE, upgrades: [] });
    expect(await sourcesOf('efs')).toEqual([FROM_EFS]);
    expect(await sourcesOf('dns')).toEqual([FROM_RELEASE]);
  });

  it('changes nothing when it comes again', async () => {
    const { report, writes } = await add();
    expect(report.changes).toEqual([]);
    expect(writes).toEqual([]);
  });

  it('is replaced by just what its new bundle asks for', async () => {
    await editPolicy(account, 'efs', (statements) => [...statements, allow('s3:GetObject')]);
    const { report } = await add({ efs: statement({ action: ['ec2:DescribeVpcs'] }) });
    expect(changesOf(report)).toEqual([`update role ${roleOf('efs')}: permissions`]);
    expect(permissionsOf(await account.snapshot(), 'efs')).toEqual([allow('ec2:DescribeVpcs')]);
  });

  it('keeps a role that its new bundle does not ask for any more, and says so', async () => {
    const { report } = await add({ 'efs-node': {} });
    expect(report.warnings).toEqual([expect.stringContaining(`IAM role ${roleOf('efs')} stays`)]);
    expect(report.files).toHaveLength(2);
    expect(Object.keys((await account.snapshot()).roles)).toEqual(
      expect.arrayContaining([roleOf('efs'), roleOf('efs-node')]),
    );
  });

  it('goes with all that is its own, and nothing of the release', async () => {
    const { report } = await remove();
    expect(changesOf(report)).toEqual([
      ...['efs', 'efs-node'].map((component) => `delete add-ons/efs/${manifestOf(component)}: all`),
      ...['efs', 'efs-node'].map((component) => `delete role ${roleOf(component)}: all`),
    ]);
    expect(report).toMatchObject({ operation: 'remove', addOn: 'efs', files: [], warnings: [] });
    expect(ofTheRelease(await account.snapshot())).toEqual(ofTheRelease(before));
    expect(await account.keys(FOLDER)).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['none', async () => undefined, 'It has none'],
    [
      'another one',
      async () => run(`add/${CLUSTER}/logging.tgz`, await releaseBundle({ logging: {} })),
      'logging',
    ],
  ])('that is not there cannot be removed when there is %s', async (_, happens, remedy) => {
    await happens();
    const outcome = await account.run(REMOVE, NOTHING);
    expect(outcome).toMatchObject({ error: 'AddOnUnknown', cause: expect.stringContaining(remedy) });
  });

  it.each<[string, string, string]>([
    ['of no cluster that is known', 'add/other/efs.tgz', 'ClusterNotRegistered'],
    ['with a name that is no DNS label', `add/${CLUSTER}/Efs_2.tgz`, 'AddOnNameInvalid'],
    ['below no cluster', 'add/efs.tgz', 'ClusterIdentityMissing'],
  ])('%s is refused', async (_, key, error) => {
    expect(await account.run(key, await releaseBundle(EFS))).toMatchObject({ error });
  });

  it('whose role would be that of another Secret is refused', async () => {
    const bundle = await tgzOf({
      'x.yaml': request({
        'spec.secretRef.namespace': 'openshift-dns-cloud',
        'spec.secretRef.name': 'credentials',
      }),
    });
    expect(await account.run(ADD, bundle)).toMatchObject({ error: 'RoleNameCollision' });
  });
});
