import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareReleases, parseRelease } from '../../../../core/domain/release.ts';
import { revokeApprovals } from '../../../../core/usecases/audit/upgrade-acknowledgement.ts';
import { sampleFinding, sampleRelease } from '../../../support/audit-report.ts';
import { ANNOTATION, annotate, OBJECT, open } from './gates.ts';

/** The cluster at this release. */
const AT = { release: '4.13.5' };

const REVOKE = `oc annotate ${OBJECT} ${ANNOTATION}-`;

describe('what an earlier audit opened', () => {
  const gated = (release: string) => sampleRelease({ release, gate: [annotate(release)] });
  const closed = (release: string) =>
    sampleRelease({ release, status: 'not-ready', reasons: ['It lacks something.', 'And more.'] });

  it('is kept while it is open', () => {
    expect(revokeApprovals(['4.14.3'], [gated('4.14.3'), gated('4.15.0')], AT)).toEqual({
      opened: ['4.14.3', '4.15.0'],
    });
  });

  it('is revoked when the release is no longer ready, with the reasons', () => {
    expect(revokeApprovals(['4.14.3'], [closed('4.14.3')], AT)).toEqual({
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
    expect(revokeApprovals(['4.14.3'], audits, AT).retract).toEqual({
      releases: ['4.14.3'],
      reason: '4.14.3 is no longer ready: The cluster itself has drifted: RoleMissing.',
      commands: [REVOKE],
    });
  });

  it('is revoked when the release is no longer available', () => {
    expect(revokeApprovals(['4.14.3'], [], AT)).toEqual({
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
    expect(revokeApprovals(['4.14.3', '4.16.0'], audits, AT)).toEqual({
      opened: ['4.14.3', '4.15', '4.16.0'],
      retract: {
        releases: ['4.16.0'],
        reason: expect.any(String),
        commands: [annotate('4.15.0')],
      },
    });
  });

  it('is no patch release, for which no annotation was given', () => {
    const first = revokeApprovals([], [gated('4.13.9')], AT);
    expect(first).toEqual({ opened: [] });
    expect(revokeApprovals(first.opened, [], AT)).toEqual({ opened: [] });
  });

  it('is revoked, not set to a release of the own minor version', () => {
    expect(revokeApprovals(['4.14.3'], [gated('4.13.9'), closed('4.14.3')], AT).retract?.commands).toEqual([
      REVOKE,
    ]);
  });

  it('stays as it is while a run may have been at work', () => {
    const doubt = { ...AT, doubt: 'A run was at work.' };
    expect(revokeApprovals(['4.14.3'], [closed('4.14.3')], doubt)).toEqual({ opened: ['4.14.3'] });
  });

  it('is said again until it is open again', () => {
    const first = revokeApprovals(['4.14.3'], [closed('4.14.3')], AT);
    expect(revokeApprovals(first.opened, [closed('4.14.3')], AT)).toEqual(first);
    expect(revokeApprovals(first.opened, [gated('4.14.3')], AT)).toEqual({ opened: ['4.14.3'] });
  });

  it.each([
    ['the very release', '4.14.3'],
    ['a later patch', '4.14.9'],
    ['a later minor version', '4.15.0'],
  ])('is forgotten once the cluster is at %s', (_, reached) => {
    expect(revokeApprovals(['4.14.3'], [], { release: reached })).toEqual({ opened: [] });
  });

  it.each([
    ['a candidate of it', '4.14.3-rc.1'],
    ['a release that is not known', undefined],
    ['a release that is not one', 'next'],
  ])('is not forgotten while the cluster is at %s', (_, at) => {
    expect(revokeApprovals(['4.14.3'], [], { release: at }).retract?.releases).toEqual(['4.14.3']);
  });

  it.each([
    ['a release of the same minor version is open', ['4.14.5'], ['4.14.3']],
    ['a later minor version is open, which takes it in', ['4.14.5'], ['4.15.0']],
    ['the bundle has another name for the same release', ['4.14'], ['4.14.0']],
  ])('needs nothing to be revoked when %s', (_, earlier, ready) => {
    const { opened, retract } = revokeApprovals(earlier, ready.map(gated), AT);
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
          const { opened, retract } = revokeApprovals(earlier, audits, { release: is });
          // Inside its own minor version nothing holds the cluster back.
          const heldBack = open.filter(
            (release) =>
              is === undefined || (parseRelease(release)?.minor ?? 0) > (parseRelease(is)?.minor ?? 0),
          );
          expect(opened).toEqual(expect.arrayContaining(heldBack));
          expect(new Set(opened).size).toBe(opened.length);
          for (const release of opened) expect(later(release, is)).toBe(true);
          const minor = (release: string) => parseRelease(release)?.minor ?? 0;
          const notOpen = earlier.filter(
            (release) => later(release, is) && open.every((other) => minor(other) < minor(release)),
          );
          expect(retract?.releases ?? []).toEqual(notOpen);
          expect(opened).toEqual(expect.arrayContaining(notOpen));
          expect(opened.every((release) => open.includes(release) || earlier.includes(release))).toBe(true);
          expect(revokeApprovals(opened, audits, { release: is }).opened).toEqual(opened);
        },
      ),
    );
  });
});
