import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../core/domain/audit/report.ts';
import { compareReleases, parseRelease } from '../../../../core/domain/release.ts';
import type { ComparedRelease } from '../../../../core/usecases/audit/audit-release.ts';
import { approveUpgrades, revokeApprovals } from '../../../../core/usecases/audit/upgrade-acknowledgement.ts';
import { sampleFinding, sampleRelease } from '../../../support/audit-report.ts';
import { demoCluster, request } from '../../../support/fakes/demo-cluster.ts';

const OBJECT = 'cloudcredential.operator.openshift.io/cluster';
const ANNOTATION = 'cloudcredential.openshift.io/upgradeable-to';
const annotate = (release: string) => `oc annotate --overwrite ${OBJECT} ${ANNOTATION}=${release}`;
const REVOKE = `oc annotate ${OBJECT} ${ANNOTATION}-`;

type Status = ComparedRelease['status'];

function compared(release: string, more: Partial<ComparedRelease> = {}): ComparedRelease {
  return { ...sampleRelease({ release }), added: [], ...more };
}

/** What becomes of releases that are ready by themselves, of a cluster that was prepared for one. */
const open = (
  from: string | undefined,
  releases: readonly (string | ComparedRelease)[],
  drift: readonly Finding[] = [],
) =>
  approveUpgrades(
    releases.map((release) => (typeof release === 'string' ? compared(release) : release)),
    { name: 'demo', release: from },
    drift,
    'output',
  );

const gatesOf = (audits: ReturnType<typeof open>) =>
  Object.fromEntries(audits.map(({ release, gate }) => [release, gate]));

describe('the way to a release', () => {
  it.each<[string, string | undefined, string, string[]]>([
    ['the next minor version', '4.13.21', '4.14.0', [annotate('4.14.0')]],
    ['the next minor version, at a later patch', '4.13.21', '4.14.7', [annotate('4.14.7')]],
    ['a minor version without a patch', '4.13.21', '4.14', [annotate('4.14.0')]],
    ['a candidate of the next minor version', '4.13.21', '4.14.0-rc.1', [annotate('4.14.0-rc.1')]],
    ['the next minor version of a candidate', '4.13.0-rc.1', '4.14.0', [annotate('4.14.0')]],
    ['a patch, which nothing holds back', '4.13.21', '4.13.22', []],
    ['the release of a candidate, which nothing holds back', '4.14.0-rc.1', '4.14.0', []],
    ['a branch at some day, by its minor version', '4.18.5', '4.19-asof-2025-02-25', [annotate('4.19.0')]],
    ['any, when the release of the cluster is not known', undefined, '4.14.0', [annotate('4.14.0')]],
    ['any, when the release of the cluster is not one', 'next', '4.14.0', [annotate('4.14.0')]],
  ])('is open to %s', (_, from, to, commands) => {
    const [audit] = open(from, [to]);
    expect(audit).toMatchObject({ release: to, status: 'ready', reasons: [], gate: commands });
    expect(audit).not.toHaveProperty('added');
  });

  it.each<[string, string | undefined, (string | ComparedRelease)[], Record<string, Status>]>([
    ['and one minor version between is not available', '4.13.5', ['4.15.0'], { '4.15.0': 'unknown' }],
    ['and it is there', '4.13.5', ['4.14.3', '4.15.0'], { '4.14.3': 'ready', '4.15.0': 'ready' }],
    [
      'and it comes last in the list',
      '4.13.5',
      ['4.15.0', '4.14.3'],
      { '4.14.3': 'ready', '4.15.0': 'ready' },
    ],
    [
      'and it is not ready',
      '4.13.5',
      [compared('4.14.3', { status: 'not-ready' }), '4.15.0'],
      { '4.14.3': 'not-ready', '4.15.0': 'unknown' },
    ],
    [
      'and it is not known to be ready',
      '4.13.5',
      [compared('4.14.3', { status: 'unknown' }), '4.15.0'],
      { '4.14.3': 'unknown', '4.15.0': 'unknown' },
    ],
    [
      'and of several patches between one is ready',
      '4.13.5',
      [compared('4.14.3', { status: 'not-ready' }), '4.14.9', '4.15.0'],
      { '4.14.3': 'not-ready', '4.14.9': 'ready', '4.15.0': 'ready' },
    ],
    [
      'and one of two minor versions between is missing',
      '4.13.5',
      ['4.14.3', '4.16.0'],
      { '4.14.3': 'ready', '4.16.0': 'unknown' },
    ],
    [
      'and it is not ready, in a cluster of which the release is not known',
      undefined,
      [compared('4.14.3', { status: 'not-ready' }), '4.15.0'],
      { '4.14.3': 'not-ready', '4.15.0': 'unknown' },
    ],
    [
      'and it is of the next major version',
      '4.20.1',
      ['4.21.0', '5.0.0'],
      { '4.21.0': 'ready', '5.0.0': 'unknown' },
    ],
    [
      'and what is missing closes the way to all after it',
      '4.13.5',
      ['4.14.3', '4.16.0', '4.17.0'],
      { '4.14.3': 'ready', '4.16.0': 'unknown', '4.17.0': 'unknown' },
    ],
    [
      'and it is of the same minor version',
      '4.13.5',
      ['4.13.9', '4.15.0'],
      { '4.13.9': 'ready', '4.15.0': 'unknown' },
    ],
  ])('leads over every minor version: to a later one, %s', (_, from, releases, statuses) => {
    const audits = open(from, releases);
    expect(Object.fromEntries(audits.map(({ release, status }) => [release, status]))).toEqual(statuses);
    for (const { status, gate } of audits) expect(gate !== undefined).toBe(status === 'ready');
  });

  it('says which minor versions are missing on it', () => {
    const [audit] = open('4.13.5', ['4.16.0']);
    expect(audit?.reasons).toEqual([
      'The way there leads through 4.14, 4.15, which is not known to be ready: upload its bundle below releases/ too.',
    ]);
  });

  it('is listed from the earliest release to the latest, by their versions', () => {
    const releases = ['4.15.0', '4.9.1', 'next', '4.14.10', '4.14.9', '4.14.9-rc.1'];
    const listed = open(
      undefined,
      releases.map((release) => compared(release, { status: 'unknown' })),
    );
    expect(listed.map(({ release }) => release)).toEqual([
      '4.9.1',
      '4.14.9-rc.1',
      '4.14.9',
      '4.14.10',
      '4.15.0',
      'next',
    ]);
  });

  it('begins with what an upgrade brought: namespaces once each, then Secrets, then the annotation', () => {
    const { roles } = demoCluster({}, [
      request('openshift-z', 'first', 'a'),
      request('openshift-b', 'second', 'b'),
      request('openshift-z', 'third', 'c'),
    ]);
    const { '4.14.0': gate } = gatesOf(open('4.13.5', [compared('4.14.0', { added: roles })]));
    const apply = (file: string) =>
      `aws s3 cp s3://output/clusters/demo/install/manifests/${file}-credentials.yaml - | oc apply -f -`;
    expect(gate).toEqual([
      'oc get namespace openshift-b || oc create namespace openshift-b',
      'oc get namespace openshift-z || oc create namespace openshift-z',
      apply('openshift-z-first'),
      apply('openshift-b-second'),
      apply('openshift-z-third'),
      annotate('4.14.0'),
    ]);
  });
});

describe('drift of the cluster', () => {
  const critical = sampleFinding({ kind: 'TrustNarrowed', severity: 'critical' });

  it('closes the way to every release when it is critical, and says so', () => {
    const audits = open('4.13.5', ['4.14.0', '4.15.0'], [critical, sampleFinding({ kind: 'RoleMissing' })]);
    for (const { status, gate, reasons } of audits) {
      expect({ status, gate }).toEqual({ status: 'not-ready', gate: undefined });
      expect(reasons).toEqual(['The cluster itself has drifted: TrustNarrowed, RoleMissing.']);
    }
  });

  it.each(['warning', 'info'] as const)('leaves the way open when it is %s', (severity) => {
    const [audit] = open('4.13.5', ['4.14.0'], [sampleFinding({ severity })]);
    expect(audit).toMatchObject({ status: 'ready', reasons: [], gate: [annotate('4.14.0')] });
  });

  it.each<Status>(['not-ready', 'unknown'])('comes after the reasons of a release that is %s', (status) => {
    const [audit] = open('4.13.5', [compared('4.14.0', { status, reasons: ['Its own.'] })], [critical]);
    expect(audit).toMatchObject({
      status,
      reasons: ['Its own.', 'The cluster itself has drifted: TrustNarrowed.'],
    });
  });
});

describe('any gates', () => {
  const status = fc.constantFrom<Status>('ready', 'ready', 'ready', 'not-ready', 'unknown');
  const version = fc.record({ minor: fc.integer({ min: 14, max: 19 }), patch: fc.nat(2), status });

  it('are open when and only when a release is ready, and then no minor version before it is closed', () => {
    fc.assert(
      fc.property(fc.array(version, { maxLength: 8 }), (versions) => {
        const releases = versions.map(({ minor, patch, status: is }) =>
          compared(`4.${minor}.${patch}`, { status: is }),
        );
        const audits = open('4.13.5', releases);
        expect(audits).toHaveLength(releases.length);
        const gated = audits.filter(({ gate }) => gate !== undefined);
        expect(gated).toEqual(audits.filter(({ status: is }) => is === 'ready'));
        const minors = gated.map(({ release }) => parseRelease(release)?.minor ?? 0);
        for (const minor of minors)
          for (let between = 14; between < minor; between += 1) expect(minors).toContain(between);
      }),
    );
  });
});

describe('what an earlier audit opened', () => {
  const gated = (release: string) => sampleRelease({ release, gate: [annotate(release)] });
  const closed = (release: string) =>
    sampleRelease({ release, status: 'not-ready', reasons: ['It lacks something.', 'And more.'] });

  it('is kept while it is open', () => {
    expect(revokeApprovals(['4.14.3'], [gated('4.14.3'), gated('4.15.0')], '4.13.5')).toEqual({
      opened: ['4.14.3', '4.15.0'],
    });
  });

  it('is revoked when the release is no longer ready, with the reasons', () => {
    expect(revokeApprovals(['4.14.3'], [closed('4.14.3')], '4.13.5')).toEqual({
      opened: ['4.14.3'],
      retract: {
        releases: ['4.14.3'],
        reason: '4.14.3 is no longer ready: It lacks something. And more.',
        commands: [REVOKE],
      },
    });
  });

  it('is revoked when the cluster drifted', () => {
    const audits = open('4.13.5', ['4.14.3'], [sampleFinding({ kind: 'RoleMissing' })]);
    expect(revokeApprovals(['4.14.3'], audits, '4.13.5').retract).toEqual({
      releases: ['4.14.3'],
      reason: '4.14.3 is no longer ready: The cluster itself has drifted: RoleMissing.',
      commands: [REVOKE],
    });
  });

  it('is revoked when the release is no longer available', () => {
    expect(revokeApprovals(['4.14.3'], [], '4.13.5')).toEqual({
      opened: ['4.14.3'],
      retract: {
        releases: ['4.14.3'],
        reason: '4.14.3 is no longer available, so it is not known to be ready.',
        commands: [REVOKE],
      },
    });
  });

  it('is revoked as far as the latest release that is still open', () => {
    const audits = [gated('4.14.3'), gated('4.15'), closed('4.16.0')];
    expect(revokeApprovals(['4.14.3', '4.16.0'], audits, '4.13.5')).toEqual({
      opened: ['4.14.3', '4.15', '4.16.0'],
      retract: {
        releases: ['4.16.0'],
        reason: expect.any(String),
        commands: [annotate('4.15.0')],
      },
    });
  });

  it('is said again until it is open again', () => {
    const first = revokeApprovals(['4.14.3'], [closed('4.14.3')], '4.13.5');
    expect(revokeApprovals(first.opened, [closed('4.14.3')], '4.13.5')).toEqual(first);
    expect(revokeApprovals(first.opened, [gated('4.14.3')], '4.13.5')).toEqual({ opened: ['4.14.3'] });
  });

  it.each([
    ['the very release', '4.14.3'],
    ['a later patch', '4.14.9'],
    ['a later minor version', '4.15.0'],
  ])('is forgotten once the cluster is at %s', (_, reached) => {
    expect(revokeApprovals(['4.14.3'], [], reached)).toEqual({ opened: [] });
  });

  it.each([
    ['a candidate of it', '4.14.3-rc.1'],
    ['a release that is not known', undefined],
    ['a release that is not one', 'next'],
  ])('is not forgotten while the cluster is at %s', (_, at) => {
    expect(revokeApprovals(['4.14.3'], [], at).retract?.releases).toEqual(['4.14.3']);
  });

  it.each([
    ['a release of the same minor version is open', ['4.14.5'], ['4.14.3']],
    ['a later minor version is open, which takes it in', ['4.14.5'], ['4.15.0']],
    ['the bundle has another name for the same release', ['4.14'], ['4.14.0']],
  ])('needs nothing to be revoked when %s', (_, earlier, ready) => {
    const { opened, retract } = revokeApprovals(earlier, ready.map(gated), '4.13.5');
    expect({ opened, retract }).toEqual({ opened: ready, retract: undefined });
  });

  it('is all that is open, and never a release that the cluster has reached', () => {
    const pool = ['4.13.5', '4.14.0-rc.1', '4.14.0', '4.14.3', '4.15.0', '4.16.0'];
    const later = (release: string, than: string | undefined) => {
      const [a, b] = [parseRelease(release), parseRelease(than ?? '')];
      return a !== undefined && (b === undefined || compareReleases(a, b) > 0);
    };
    fc.assert(
      fc.property(
        fc.subarray(pool),
        fc.subarray(pool),
        fc.subarray(pool),
        fc.option(fc.constantFrom(...pool), { nil: undefined }),
        (earlier, available, ready, is) => {
          // An audit compares with newer releases only.
          const audits = available
            .filter((release) => later(release, is))
            .map((release) => (ready.includes(release) ? gated(release) : closed(release)));
          const open = audits.flatMap(({ release, gate }) => (gate === undefined ? [] : [release]));
          const { opened, retract } = revokeApprovals(earlier, audits, is);
          expect(opened).toEqual(expect.arrayContaining(open));
          expect(new Set(opened).size).toBe(opened.length);
          for (const release of opened) expect(later(release, is)).toBe(true);
          const minor = (release: string) => parseRelease(release)?.minor ?? 0;
          const notOpen = earlier.filter(
            (release) => later(release, is) && open.every((other) => minor(other) < minor(release)),
          );
          expect(retract?.releases ?? []).toEqual(notOpen);
          expect(opened).toEqual(expect.arrayContaining(notOpen));
          expect(opened.every((release) => open.includes(release) || earlier.includes(release))).toBe(true);
          expect(revokeApprovals(opened, audits, is).opened).toEqual(opened);
        },
      ),
    );
  });
});
