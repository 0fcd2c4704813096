import { describe, expect, it } from 'vitest';
import type { ReleaseBundle } from '../../../../core/domain/audit/release-bundle.ts';
import { clusterAuditSchema } from '../../../../core/domain/audit/report.ts';
import {
  readBundles,
  readRecord,
  readRoles,
  unknownCluster,
} from '../../../../core/usecases/audit/audit-cluster.ts';
import type { ClusterRecord } from '../../../../core/usecases/audit/cluster-record.ts';
import { releasesFor } from '../../../../core/usecases/audit/compare-bundles.ts';
import { desiredReleaseOf } from '../../../../core/usecases/audit/desired-release.ts';
import { sampleCluster } from '../../../support/audit-report.ts';
import { RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import {
  asks,
  audited,
  bundleOf,
  changeRole,
  INGRESS_REQUEST,
  type PreparedCluster,
  preparedCluster,
  REGISTRY_REQUEST,
  RULES,
  sameRelease,
} from './audited.ts';

const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';
const REGISTRY = 'demo-openshift-image-registry-installer-cloud-credentials';
const ENTRY = 'clusters/demo/cluster.json';
const DESIRED = `clusters/demo/runs/${RUN}/desired.json`;

/** The record with another release. */
const at = ({ entry: { release: _, ...entry }, desired }: ClusterRecord, release: string | undefined) => ({
  desired,
  entry: { ...entry, ...(release === undefined ? {} : { release }) },
});

const wanted = ({ record }: PreparedCluster, ...bundles: ReleaseBundle[]) =>
  bundles.map((bundle) => desiredReleaseOf(bundle, record.desired, RULES));

describe('the record of a cluster', () => {
  it('is its registry entry and what its last run brought about', async () => {
    const { record } = await preparedCluster();
    const store = fakeStore({
      [ENTRY]: JSON.stringify(record.entry),
      [DESIRED]: JSON.stringify(record.desired),
      'clusters/demo/runs/earlier/desired.json': '{}',
    });
    await expect(readRecord('demo', store)).resolves.toEqual(record);
  });

  it.each<[string, (record: ClusterRecord) => Record<string, string>, RegExp]>([
    ['the cluster is not registered', () => ({}), /^No cluster of this name was prepared here\.$/],
    [
      'another cluster is registered',
      ({ entry }) => ({ 'clusters/demo-2/cluster.json': JSON.stringify(entry) }),
      /^No cluster of this name/,
    ],
    [
      'its entry is no JSON',
      () => ({ [ENTRY]: '{"version": 1' }),
      /^clusters\/demo\/.*\.json cannot be read: .* Bring its last version back/,
    ],
    [
      'its entry is null',
      () => ({ [ENTRY]: 'null' }),
      /^clusters\/demo\/.*\.json cannot be read: .* Bring its last version back/,
    ],
    [
      'its entry is something else',
      () => ({ [ENTRY]: '{"version": 1}' }),
      /^clusters\/demo\/.*\.json cannot be read: .* Bring its last version back/,
    ],
    [
      'what the run brought about is gone',
      ({ entry }) => ({ [ENTRY]: JSON.stringify(entry) }),
      new RegExp(`^${DESIRED} is gone\\. Bring its last version back`),
    ],
    [
      'what the run brought about is no JSON',
      ({ entry }) => ({ [ENTRY]: JSON.stringify(entry), [DESIRED]: 'hello' }),
      /^clusters\/demo\/.*\.json cannot be read: .* Bring its last version back/,
    ],
    [
      'its entry does not know the keys yet',
      ({ entry: { keys: _, ...entry }, desired }) => ({
        [ENTRY]: JSON.stringify(entry),
        [DESIRED]: JSON.stringify(desired),
      }),
      /of an earlier version of the pipeline/,
    ],
    [
      'its entry does not know the thumbprints yet',
      ({ entry: { providerThumbprints: _, ...entry }, desired }) => ({
        [ENTRY]: JSON.stringify(entry),
        [DESIRED]: JSON.stringify(desired),
      }),
      /of an earlier version of the pipeline/,
    ],
  ])('is of no use when %s', async (_, objects, reason) => {
    const { record } = await preparedCluster();
    await expect(readRecord('demo', fakeStore(objects(record)))).resolves.toMatch(reason);
  });

  it('is not taken for missing when S3 refuses it', async () => {
    const store = fakeStore();
    store.get = () => Promise.reject(sdkError('AccessDenied', 403));
    await expect(readRecord('demo', store)).rejects.toThrow('AccessDenied');
  });
});

describe('the input of an audit', () => {
  it('is written by the tasks before it', async () => {
    const bundles = [{ ...bundleOf('4.21.0', []), requests: 0 }];
    const roles = { roles: [], policies: {} };
    const store = fakeStore({
      'audits/runs/a/releases.json': JSON.stringify(bundles),
      'audits/runs/a/roles/demo.json': JSON.stringify(roles),
    });
    await expect(readBundles('a', store)).resolves.toEqual(bundles);
    await expect(readRoles('a', 'demo', store)).resolves.toEqual(roles);
  });

  it('may be without releases, and never without roles: then all would be missing', async () => {
    await expect(readBundles('a', fakeStore())).resolves.toEqual([]);
    await expect(readRoles('a', 'demo', fakeStore())).rejects.toThrow('audits/runs/a/roles/demo.json');
  });
});

describe('the releases a cluster is compared with', () => {
  const fleet = (release: string, ending = 'tgz') =>
    bundleOf(release, [asks(...INGRESS_REQUEST)], { source: `releases/${release}.${ending}` });
  const own = (release: string, cluster = 'demo') =>
    bundleOf(release, [asks(...INGRESS_REQUEST)], { source: `audit/${cluster}/${release}.tgz`, cluster });

  it.each<[string, string | undefined, ReleaseBundle[], string[]]>([
    [
      'are those after its own',
      '4.20.3',
      ['4.19.9', '4.20.2', '4.20.3', '4.20.4', '4.21.0-rc.1', '4.21'].map((release) => fleet(release)),
      ['releases/4.20.4.tgz', 'releases/4.21.0-rc.1.tgz', 'releases/4.21.tgz'],
    ],
    ['are by version, not by text', '4.9.0', [fleet('4.10.0')], ['releases/4.10.0.tgz']],
    [
      'are all when its own is not known',
      undefined,
      [fleet('4.19.9'), fleet('4.21.0')],
      ['releases/4.19.9.tgz', 'releases/4.21.0.tgz'],
    ],
    ['are all when its own is not one', 'next', [fleet('4.19.9')], ['releases/4.19.9.tgz']],
    ['are none that cannot be read as one', '4.20.3', [fleet('next'), fleet('releases/next')], []],
    [
      'are its own and those of the fleet, and never those of others',
      '4.20.3',
      [fleet('4.21.0'), fleet('4.22.0'), own('4.21.0'), own('4.23.0'), own('4.24.0', 'demo-2')],
      ['audit/demo/4.21.0.tgz', 'releases/4.21.0.tgz', 'audit/demo/4.23.0.tgz', 'releases/4.22.0.tgz'],
    ],
    ['are its own only while they are newer', '4.20.3', [fleet('4.20.3'), own('4.20.3'), own('4.19.0')], []],
  ])('%s', async (_, release, bundles, sources) => {
    const { record } = await preparedCluster();
    const releases = releasesFor(at(record, release), bundles, RULES);
    expect(releases.map(({ bundle }) => bundle.source).sort()).toEqual([...sources].sort());
  });

  it('are unknown when they cannot be used', async () => {
    const { record } = await preparedCluster();
    const [release] = releasesFor(record, [bundleOf('4.21.0', [], { problems: ['It is broken.'] })], RULES);
    expect(release).toMatchObject({ problems: ['It is broken.'] });
  });
});

describe('several bundles of one release', () => {
  const LESS = [asks(...INGRESS_REQUEST)];
  const MORE = [asks(...INGRESS_REQUEST), asks(...REGISTRY_REQUEST), asks('openshift-z', 'new', ['a'])];
  const SAME = [asks(...INGRESS_REQUEST), asks(...REGISTRY_REQUEST)];
  const [fleet, own] = ['s3://intake/releases/4.21.0.tgz', 's3://intake/audit/demo/4.21.0.tgz'];

  it.each([
    ['one is ready and the other not', SAME, MORE, 'not-ready'],
    ['one is ready and the other not, the other way round', MORE, SAME, 'not-ready'],
    ['one is ready and the other is not the whole release', LESS, SAME, 'unknown'],
    ['both are ready', SAME, SAME, 'ready'],
  ] as const)('are no readier than the worst of them: %s', async (_, ofCluster, ofFleet, status) => {
    const cluster = await preparedCluster();
    const releases = wanted(
      cluster,
      bundleOf('4.21.0', ofCluster, { source: own, cluster: 'demo' }),
      bundleOf('4.21.0', ofFleet, { source: fleet }),
    );
    const audit = await audited(cluster, { releases });
    expect(audit.releases).toMatchObject([
      {
        release: '4.21.0',
        status,
        notes: [
          `${own} and ${fleet} are both for this release and this cluster; it is ready only for what both ask.`,
        ],
      },
    ]);
  });
});

describe('the audit of a cluster', () => {
  it('stands where the policy simulator broke off, and says so', async () => {
    const cluster = await preparedCluster();
    const releases = wanted(cluster, sameRelease('4.21.0'));
    const [whole, broken] = [
      await audited(cluster, { releases }),
      await audited(cluster, { releases, brokenOff: 'Throttling' }),
    ];
    expect(broken.status).toBe('clean');
    expect(broken.releases[0]).toMatchObject({
      status: whole.releases[0]?.status,
      findings: whole.releases[0]?.findings,
      notes: [expect.stringContaining("IAM's policy simulator was not asked about everything (Throttling)")],
    });
  });

  it('is of no moment while a run may be at work', async () => {
    const cluster = await preparedCluster();
    changeRole(cluster, INGRESS, (role) => ({ ...role, inline: {} }));
    const audit = await audited(cluster, {
      releases: wanted(cluster, sameRelease('4.21.0')),
      previous: sampleCluster({ opened: ['4.21.0'] }),
      doubt: 'A run was at work.',
    });
    expect(audit).toMatchObject({ status: 'unknown', reason: 'A run was at work.', opened: ['4.21.0'] });
    expect(audit.releases).toMatchObject([{ status: 'unknown' }]);
    expect(audit).not.toHaveProperty('retract');
  });

  it('says of an untouched one that it is clean, and what it is', async () => {
    const cluster = await preparedCluster();
    changeRole(cluster, INGRESS, (role) => ({
      ...role,
      lastUsed: '2026-03-01T10:00:00.000Z',
      lastUsedRegion: 'us-east-2',
    }));
    const audit = await audited(cluster, {
      releases: wanted(cluster, sameRelease('4.21.0')),
      audit: 'audit-7',
    });
    expect(audit).toEqual({
      version: 1,
      audit: 'audit-7',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      cluster: 'demo',
      region: 'us-east-2',
      release: '4.20.3',
      issuer: 'https://demo-oidc.s3.us-east-2.amazonaws.com',
      status: 'clean',
      drift: [],
      releases: [expect.objectContaining({ release: '4.21.0', status: 'ready', findings: [], unchanged: 2 })],
      roles: [
        {
          name: INGRESS,
          secret: 'openshift-ingress-operator/cloud-credentials',
          lastUsed: '2026-03-01T10:00:00.000Z',
          region: 'us-east-2',
        },
        { name: REGISTRY, secret: 'openshift-image-registry/installer-cloud-credentials' },
      ],
      opened: ['4.21.0'],
    });
    expect(() => clusterAuditSchema.parse(audit)).not.toThrow();
  });

  it('does not name a release that is not known', async () => {
    const cluster = await preparedCluster();
    cluster.record = at(cluster.record, undefined);
    expect(await audited(cluster)).not.toHaveProperty('release');
  });

  it('closes every way when the cluster drifted', async () => {
    const cluster = await preparedCluster();
    cluster.roles.delete(REGISTRY);
    const { status, drift, releases, roles, opened } = await audited(cluster, {
      releases: wanted(cluster, sameRelease('4.21.0')),
    });
    expect({ status, kinds: drift.map(({ kind }) => kind), opened }).toEqual({
      status: 'drifted',
      kinds: ['RoleMissing'],
      opened: [],
    });
    expect(releases).toMatchObject([
      {
        status: 'not-ready',
        reasons: ['1 of 2 components lack something.', 'The cluster itself has drifted: RoleMissing.'],
      },
    ]);
    expect(roles.map(({ name }) => name)).toEqual([INGRESS, REGISTRY]);
  });

  it('takes back what an earlier one opened', async () => {
    const cluster = await preparedCluster();
    const { opened, retract } = await audited(cluster, {
      previous: sampleCluster({ opened: ['4.19.0', '4.21.0', '4.22.0'] }),
      releases: wanted(cluster, sameRelease('4.21.0')),
    });
    expect(opened).toEqual(['4.21.0', '4.22.0']);
    expect(retract?.releases).toEqual(['4.22.0']);
  });

  it('marks what the earlier one did not have, release by release', async () => {
    const cluster = await preparedCluster();
    changeRole(cluster, INGRESS, (role) => ({ ...role, inline: {} }));
    const newest = (release: string) => wanted(cluster, sameRelease(release));
    const marks = ({ drift, releases }: Awaited<ReturnType<typeof audited>>) => ({
      drift: drift.map(({ kind, isNew }) => `${kind} ${isNew}`),
      releases: releases.flatMap(({ release, findings }) =>
        findings.map(({ kind, isNew }) => `${release} ${kind} ${isNew}`),
      ),
    });

    const first = await audited(cluster, { releases: newest('4.21.0') });
    expect(marks(first)).toEqual({
      drift: ['PermissionsLost false'],
      releases: ['4.21.0 PermissionsMissing false'],
    });

    changeRole(cluster, REGISTRY, (role) => ({ ...role, tags: {} }));
    const both = [...newest('4.21.0'), ...newest('4.22.0')];
    const second = await audited(cluster, { previous: first, releases: both });
    expect(marks(second)).toEqual({
      drift: ['PermissionsLost false', 'RoleTagsChanged true'],
      releases: ['4.21.0 PermissionsMissing false', '4.22.0 PermissionsMissing true'],
    });
    const ids = [second.drift, ...second.releases.map(({ findings }) => findings)].flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);

    const third = await audited(cluster, { previous: second, releases: both });
    expect(JSON.stringify(marks(third))).not.toContain('true');
  });

  it('that is not possible says why, and keeps what an earlier one opened', () => {
    const previous = sampleCluster({ opened: ['4.14.0'], status: 'drifted' });
    const audit = unknownCluster('audit-7', 'demo', 'It is broken.', previous);
    expect(audit).toMatchObject({
      audit: 'audit-7',
      cluster: 'demo',
      status: 'unknown',
      reason: 'It is broken.',
      opened: ['4.14.0'],
    });
    expect(audit).not.toHaveProperty('retract');
    expect(() => clusterAuditSchema.parse(audit)).not.toThrow();
    expect(unknownCluster('audit-7', 'demo', 'It is broken.', undefined).opened).toEqual([]);
  });
});
