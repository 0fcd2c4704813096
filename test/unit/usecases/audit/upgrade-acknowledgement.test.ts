import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRelease } from '../../../../core/domain/release.ts';
import type { ComparedRelease } from '../../../../core/usecases/audit/audit-release.ts';
import { approveUpgrades } from '../../../../core/usecases/audit/upgrade-acknowledgement.ts';
import { sampleFinding } from '../../../support/audit-report.ts';
import { demoCluster, request } from '../../../support/fakes/demo-cluster.ts';
import { annotate, compared, open } from './gates.ts';

type Status = ComparedRelease['status'];

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
    ['the next minor version of the last one of a major version', '4.22.3', '5.0.0', [annotate('5.0.0')]],
    ['one that no channel leads to', '4.22.3', '4.23.0', [annotate('4.23.0')]],
    ['what follows that', '4.23.1', '5.1.0', [annotate('5.1.0')]],
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
      { '4.14.3': 'not-ready', '4.15.0': 'not-ready' },
    ],
    [
      'and it is not known to be ready',
      '4.13.5',
      [compared('4.14.3', { status: 'unknown' }), '4.15.0'],
      { '4.14.3': 'unknown', '4.15.0': 'unknown' },
    ],
    [
      'and of several patches between one is not ready: the annotation would open it',
      '4.13.5',
      [compared('4.14.3', { status: 'not-ready' }), '4.14.9', '4.15.0'],
      { '4.14.3': 'not-ready', '4.14.9': 'not-ready', '4.15.0': 'not-ready' },
    ],
    [
      'and of several patches between one cannot be used',
      '4.13.5',
      ['4.14.9', compared('4.14.12', { status: 'unknown' }), '4.15.0'],
      { '4.14.9': 'unknown', '4.14.12': 'unknown', '4.15.0': 'unknown' },
    ],
    [
      'and of several patches of its own one is not ready',
      '4.13.5',
      ['4.14.9', compared('4.14.12', { status: 'not-ready' })],
      { '4.14.9': 'not-ready', '4.14.12': 'not-ready' },
    ],
    [
      'and of several patches of the own minor version one is not ready: nothing holds the others back',
      '4.13.5',
      [compared('4.13.7', { status: 'not-ready' }), '4.13.9'],
      { '4.13.7': 'not-ready', '4.13.9': 'ready' },
    ],
    [
      'and one of two minor versions between is missing',
      '4.13.5',
      ['4.14.3', '4.16.0'],
      { '4.14.3': 'ready', '4.16.0': 'unknown' },
    ],
    [
      'and it is of the next major version',
      '4.20.1',
      ['4.21.0', '5.0.0'],
      { '4.21.0': 'ready', '5.0.0': 'unknown' },
    ],
    [
      'and it is of the next major version, and all before it are there',
      '4.20.1',
      ['4.21.0', '4.22.1', '5.0.0', '5.1.0'],
      { '4.21.0': 'ready', '4.22.1': 'ready', '5.0.0': 'ready', '5.1.0': 'ready' },
    ],
    [
      'and one besides the way is not ready: the annotation would open it',
      '4.22.1',
      [compared('4.23.0', { status: 'not-ready' }), '5.0.0', '5.1.0'],
      { '4.23.0': 'not-ready', '5.0.0': 'not-ready', '5.1.0': 'not-ready' },
    ],
    ['and of two ways one is there', '4.22.1', ['4.23.0', '5.1.0'], { '4.23.0': 'ready', '5.1.0': 'ready' }],
    ['and no way is known', '5.4.1', ['6.0.0'], { '6.0.0': 'unknown' }],
    [
      'and nothing follows the last one but the next major version',
      '4.23.1',
      ['4.24.0'],
      { '4.24.0': 'unknown' },
    ],
    ['and it is millions away', '4.22.1', ['5.999999.0'], { '5.999999.0': 'unknown' }],
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
    expect(audit?.reasons).toEqual(
      ['4.14', '4.15'].map(
        (minor) =>
          `The way there leads through ${minor}, which is not known to be ready: upload its bundle below releases/ too.`,
      ),
    );
  });

  it('says of one on it that is not ready what to do', () => {
    const [, audit] = open('4.13.5', [compared('4.14.3', { status: 'not-ready' }), '4.15.0']);
    expect(audit?.reasons).toEqual([
      'The way there leads through 4.14, which is not ready: upload its bundle as upgrade/demo/4.14.3.tgz first.',
    ]);
  });

  it('says what the annotation opens besides', () => {
    const [audit] = open('4.22.1', ['5.0.0']);
    expect(audit).toMatchObject({
      status: 'ready',
      notes: ['The annotation opens 4.23 too, which no bundle on hand is of. No update channel leads there.'],
    });
    expect(open('4.22.1', ['4.23.0', '5.0.0'])[1]).not.toHaveProperty('notes');
  });

  it.each([undefined, 'next'])(
    'is not known from a release that is not (%s), whatever the releases are',
    (from) => {
      const audits = open(from, [
        compared('4.14.0', { status: 'not-ready', reasons: ['Its own.'] }),
        '4.15.0',
      ]);
      for (const { status, gate, reasons } of audits) {
        expect({ status, gate }).toEqual({ status: 'unknown', gate: undefined });
        expect(reasons[0]).toMatch(/^It is not on record which release the cluster runs.*Say the release/);
      }
      expect(audits[0]?.reasons[1]).toBe('Its own.');
    },
  );

  it('is not known while a run may have been at work', () => {
    const releases = [compared('4.14.0'), compared('4.14.1', { status: 'not-ready' })];
    const audits = approveUpgrades(
      releases,
      { name: 'demo', release: '4.13.5', doubt: 'A run.' },
      [],
      'output',
    );
    for (const audit of audits) expect(audit).toMatchObject({ status: 'unknown', reasons: ['A run.'] });
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
        // What the annotation opens is ready, all of it.
        const highest = Math.max(0, ...minors);
        for (const { release, status: is } of audits)
          if ((parseRelease(release)?.minor ?? 0) <= highest) expect(is).toBe('ready');
      }),
    );
  });
});
