import { describe, expect, it } from 'vitest';
import { clusterAuditSchema, type ReleaseAudit } from '../../../../core/domain/audit/report.ts';
import type { ClusterCheckName, ClusterCheckReport } from '../../../../core/domain/cluster-check/report.ts';
import { readBundles, readRoles, unknownCluster } from '../../../../core/usecases/audit/audit-cluster.ts';
import { sampleCluster } from '../../../support/audit-report.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { audited, bundleOf, changeRole, preparedCluster, sameRelease } from './audited.ts';
import { at, wanted } from './audited-cluster.ts';

const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';

const REGISTRY = 'demo-openshift-image-registry-installer-cloud-credentials';

const found = (check: ClusterCheckName) =>
  ({ check, subject: 'demo', outcome: 'finding', detail: 'It is at "4.18.9".' }) as const;

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
      opened: [],
    });
    expect(() => clusterAuditSchema.parse(audit)).not.toThrow();
  });

  it('does not name a release that is not known', async () => {
    const cluster = await preparedCluster();
    cluster.record = at(cluster.record, undefined);
    expect(await audited(cluster)).not.toHaveProperty('release');
  });

  it.each<[string, Partial<ClusterCheckReport>, ReleaseAudit['status']]>([
    ['another release than on record', { results: [found('version')] }, 'unknown'],
    ['another issuer', { results: [found('issuer')] }, 'unknown'],
    ['another release, before its last run', { results: [found('version')], preparedBy: 'earlier' }, 'ready'],
    ['what is not what every way begins with', { results: [found('secret')] }, 'ready'],
    [
      'nothing wrong',
      { outcome: 'verified', results: [{ ...found('version'), outcome: 'verified' }] },
      'ready',
    ],
  ])(
    'opens a way by the record only while nobody found the cluster to be another: %s',
    async (_, said, status) => {
      const cluster = await preparedCluster();
      const audit = await audited(cluster, {
        releases: wanted(cluster, sameRelease('4.21.0')),
        verified: {
          version: 1,
          cluster: 'demo',
          at: '2026-01-05T10:00:00.000Z',
          outcome: 'findings',
          preparedBy: cluster.record.entry.lastRun.id,
          ...said,
        } as ClusterCheckReport,
      });
      expect(audit.releases).toMatchObject([{ release: '4.21.0', status }]);
      expect(audit.releases[0]?.gate === undefined).toBe(status === 'unknown');
      expect(audit.releases[0]?.reasons.join()).toContain(status === 'unknown' ? 'It is at "4.18.9".' : '');
    },
  );

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

  it('leaves what an earlier one opened as it is on record, until the audit ends', async () => {
    const cluster = await preparedCluster();
    const previous = sampleCluster({ opened: ['4.19.0', '4.21.0', '4.22.0'] });
    const audit = await audited(cluster, { previous, releases: wanted(cluster, sameRelease('4.21.0')) });
    expect(audit.opened).toEqual(previous.opened);
    expect(audit).not.toHaveProperty('retract');
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
