import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../core/domain/report.ts';
import type { Snapshot } from '../../support/account.ts';
import { account, GONE, installed, pruned, upgradedCluster } from '../../support/prune/account.ts';
import {
  allow,
  CLUSTER,
  changesOf,
  liveRole,
  manifestOf,
  NEWER,
  NEWER_RELEASE,
  permissionsOf,
  releaseBundle,
  roleOf,
  subjectsOf,
  USUAL_ACTIONS,
  withoutRegistry,
} from '../../support/upgrading.ts';

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

it('a prune to a release older than one that was prepared for in addition says that this is over', async () => {
  await upgradedCluster();
  const bundle = await releaseBundle({ ...NEWER, 'cloud-network': {} });
  expect(await account.run(`upgrade/${CLUSTER}/4.15.2.tgz`, bundle)).toMatchObject({ status: 'SUCCEEDED' });
  const { report } = await pruned();
  expect(report.warnings).toEqual([
    expect.stringMatching(`^IAM role ${roleOf('cloud-network')} stays, .* later release 4.15.2`),
    'The cluster was prepared for 4.15.2 in addition, and is no longer; upload its upgrade again.',
  ]);
  expect(changesOf(report)).not.toContain(`delete role ${roleOf('cloud-network')}: all`);
  await expect(installed()).resolves.toContain(manifestOf('cloud-network'));
});
