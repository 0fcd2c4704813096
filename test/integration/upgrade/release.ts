import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../support/account.ts';
import { tarOf, zipOf } from '../../support/archives.ts';
import { type Changes, clusterYaml, installConfig, PUBLIC_KEY_FILE } from '../../support/bundles.ts';
import {
  ADDRESS,
  account,
  filesOfArchive,
  KEY,
  newCluster,
  registry,
  SECRETS,
  upgraded,
} from '../../support/upgrade/account.ts';
import {
  allow,
  CLUSTER,
  type Components,
  changesOf,
  clusterBundle,
  liveRole,
  manifestOf,
  NEWER,
  NEWER_RELEASE,
  OLDER,
  OLDER_RELEASE,
  permissionsOf,
  releaseBundle,
  reportOf,
  requestFiles,
  roleOf,
  subjectOf,
  subjectsOf,
  USUAL_ACTIONS,
  withoutRegistry,
} from '../../support/upgrading.ts';

describe('an upgrade', () => {
  let before: Snapshot;
  let after: Snapshot;
  let first: Awaited<ReturnType<typeof upgraded>>;
  beforeAll(async () => {
    await newCluster();
    before = await account.snapshot();
    first = await upgraded();
    after = await account.snapshot();
  });

  it('adds what the release asks for, and takes nothing away', () => {
    expect(Object.keys(after.roles).sort()).toEqual(
      [...Object.keys(before.roles), roleOf('machine-api')].sort(),
    );
    for (const untouched of ['dns', 'storage'])
      expect(liveRole(after, untouched)).toEqual(liveRole(before, untouched));
    expect(permissionsOf(after, 'ingress')).toEqual([
      allow(...USUAL_ACTIONS),
      allow(...USUAL_ACTIONS, 'ec2:DescribeVpcs'),
    ]);
    expect(subjectsOf(after, 'image-registry')).toEqual([
      [subjectOf('image-registry'), subjectOf('image-registry', 'registry')],
    ]);
    expect({ ...after, roles: {}, results: {} }).toEqual({ ...before, roles: {}, results: {} });
  });

  it('says what it changed, and that the cluster has not changed yet', async () => {
    const { report, run } = first;
    expect(report).toMatchObject({
      operation: 'upgrade',
      release: NEWER_RELEASE,
      outcome: 'prepared',
      cluster: { release: OLDER_RELEASE },
      files: [ADDRESS(manifestOf('machine-api'))],
      warnings: [],
    });
    expect(changesOf(report)).toEqual([
      `update role ${roleOf('image-registry')}: trust policy`,
      `update role ${roleOf('ingress')}: permissions`,
      `create role ${roleOf('machine-api')}: all`,
      `create ${manifestOf('machine-api')}: all`,
      'update install.tar.gz: content',
      `create upgrades/${NEWER_RELEASE}/${manifestOf('machine-api')}: all`,
    ]);
    const page = (await account.read(`clusters/${CLUSTER}/runs/${run}/report.md`)) ?? '';
    expect(page).toContain('Nothing in the cluster has changed yet.');
    expect(page).toContain(
      'oc get namespace openshift-machine-api || oc create namespace openshift-machine-api',
    );
    expect(page).toContain(`aws s3 cp ${ADDRESS(manifestOf('machine-api'))} - | oc apply -f -`);
    expect(page).not.toMatch(/annotate|openshift-install|install\.tar\.gz install/);
  });

  it('writes the installer’s files for everything, and for the cluster the new Secrets alone', async () => {
    const install = Object.keys(after.results).filter((key) => key.includes('/install/manifests/'));
    // The order is that in which they were written, side by side.
    expect(install.map((key) => key.split('/install/')[1]).sort()).toEqual(
      [
        'manifests/cluster-authentication-02-config.yaml',
        ...[...Object.keys(OLDER), 'machine-api'].map(manifestOf),
      ].sort(),
    );
    expect(await filesOfArchive()).toEqual(
      expect.arrayContaining([manifestOf('storage'), manifestOf('machine-api')]),
    );
    expect(await account.keys(SECRETS)).toEqual([`${SECRETS}${manifestOf('machine-api')}`]);
    const [written, installed] = [SECRETS, `clusters/${CLUSTER}/install/`].map(
      (folder) => after.results[`${folder}${manifestOf('machine-api')}`],
    );
    expect(written).toBe(installed);
  });

  it('leaves the cluster at its release in the registry, with the facts as they were verified', async () => {
    const entry = await registry();
    expect(entry).toMatchObject({
      release: OLDER_RELEASE,
      upgrades: [NEWER_RELEASE],
      keys: [{ kid: entry.keyId, thumbprint: expect.stringMatching(/^[\w-]{43}$/) }],
      providerThumbprints: expect.any(Array),
    });
    expect(entry.roles.map(({ name, since }) => [name, since])).toEqual([
      ...Object.keys(OLDER)
        .sort()
        .map((component) => [roleOf(component), undefined]),
      [roleOf('machine-api'), NEWER_RELEASE],
    ]);
    const registryRole = entry.roles.find(({ name }) => name === roleOf('image-registry'));
    expect(registryRole?.serviceAccounts).toEqual([
      subjectOf('image-registry'),
      subjectOf('image-registry', 'registry'),
    ]);
  });

  it.each<[string, string, () => Promise<Uint8Array> | Uint8Array]>([
    ['as it was', KEY, () => releaseBundle()],
    ['as .tar.gz', KEY.replace('.tgz', '.tar.gz'), () => releaseBundle()],
    ['as .zip', KEY.replace('.tgz', '.zip'), () => zipOf(requestFiles(NEWER))],
    ['as .tar', KEY.replace('.tgz', '.tar'), () => tarOf(requestFiles(NEWER))],
    [
      'as .yaml',
      KEY.replace('.tgz', '.yaml'),
      () => Buffer.from(Object.values(requestFiles(NEWER)).join('---\n')),
    ],
    [
      'with a configuration that agrees, and a key that is not looked at',
      KEY,
      () =>
        zipOfAgreeing({
          'cluster.yaml': clusterYaml({ name: CLUSTER, release: '4.14', publicKeyFile: PUBLIC_KEY_FILE }),
          'install-config.yaml': installConfig(),
          [PUBLIC_KEY_FILE]: 'not read',
        }),
    ],
  ])('that is uploaded again %s changes nothing', async (_, key, bundle) => {
    const zipped = key === KEY && (await bundle())[0] === 0x50;
    const { report, writes, run } = await upgraded(
      Promise.resolve(await bundle()),
      zipped ? key.replace('.tgz', '.zip') : key,
    );
    expect(writes).toEqual([]);
    expect(report).toMatchObject({ changes: [], files: [ADDRESS(manifestOf('machine-api'))] });
    expect(await account.read(`clusters/${CLUSTER}/runs/${run}/report.md`)).toContain(
      'None: everything was as it should be.',
    );
    expect(withoutRegistry(await account.snapshot())).toEqual(withoutRegistry(after));
    expect((await registry()).upgrades).toEqual([NEWER_RELEASE]);
  });

  it('to a still newer release names the Secrets of both, for the cluster may have neither', async () => {
    const later = { ...NEWER, ingress: {}, 'cloud-network': {} };
    const { report } = await upgraded(releaseBundle(later), `upgrade/${CLUSTER}/4.15.2.tgz`);
    expect(changesOf(report).filter((change) => change.includes('role'))).toEqual([
      `create role ${roleOf('cloud-network')}: all`,
    ]);
    const files = ['cloud-network', 'machine-api'].map((component) =>
      ADDRESS(manifestOf(component)).replace(NEWER_RELEASE, '4.15.2'),
    );
    expect(report.files).toEqual(files);
    const entry = await registry();
    expect(entry).toMatchObject({ release: OLDER_RELEASE, upgrades: [NEWER_RELEASE, '4.15.2'] });
    expect(entry.roles.flatMap(({ since }) => since ?? []).sort()).toEqual([NEWER_RELEASE, '4.15.2']);
  });

  it('writes a Secret again whose manifest was lost', async () => {
    const Key = `clusters/${CLUSTER}/install/${manifestOf('dns')}`;
    await account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key }));
    const { report } = await upgraded();
    expect(changesOf(report)).toEqual([
      `create ${manifestOf('dns')}: all`,
      `create upgrades/${NEWER_RELEASE}/${manifestOf('dns')}: all`,
    ]);
    expect(report.files).toEqual([ADDRESS(manifestOf('dns')), ADDRESS(manifestOf('machine-api'))]);
  });

  it.each<[string, Components, Changes]>([
    ['of the release before', OLDER, {}],
    ['of the release of an earlier upgrade', NEWER, { release: NEWER_RELEASE }],
    ['that does not say its release', NEWER, { release: undefined }],
  ])('is not taken back by a bundle below prepare/ %s', async (_, components, facts) => {
    const before = await account.snapshot();
    const outcome = await account.run('prepare/demo.tgz', await clusterBundle(components, facts));
    expect(outcome).toMatchObject({ error: 'RolesWouldBeForgotten' });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(before);
  });

  it('ends with a prune, which leaves the roles with just what its bundle asks for, and says so', async () => {
    const outcome = await account.run(`prune/${CLUSTER}/${NEWER_RELEASE}.tgz`, await releaseBundle());
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(permissionsOf(await account.snapshot(), 'ingress')).toEqual([
      allow(...USUAL_ACTIONS, 'ec2:DescribeVpcs'),
    ]);
    const entry = await registry();
    expect(entry).toMatchObject({ release: NEWER_RELEASE, upgrades: [] });
    expect(entry).not.toHaveProperty('upgradedAt');
    const { warnings } = await reportOf(account, outcome.run);
    expect(warnings).toContain(
      'The cluster was prepared for 4.15.2 in addition, and is no longer; upload its upgrade again.',
    );
    expect(warnings.join()).not.toContain(`prepared for ${NEWER_RELEASE}`);
  });
});

function zipOfAgreeing(files: Record<string, string>) {
  return zipOf({ ...requestFiles(NEWER), ...files });
}
