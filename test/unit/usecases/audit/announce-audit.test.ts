import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditCounts } from '../../../../core/domain/audit/report.ts';
import { messageOf, subjectOf } from '../../../../core/usecases/audit/announce-audit.ts';

const NOTHING: AuditCounts = {
  clusters: 4,
  clean: 4,
  drifted: 0,
  unknown: 0,
  ready: 0,
  notReady: 0,
  unknownReleases: 0,
  critical: 0,
  warning: 0,
  info: 0,
  new: 0,
};

describe('the subject of an audit', () => {
  it.each<[Partial<AuditCounts>, string]>([
    [{}, 'sts-prep audit of 4 clusters: all clean'],
    [{ ready: 7, info: 3 }, 'sts-prep audit of 4 clusters: all clean'],
    [{ drifted: 2 }, 'sts-prep audit of 4 clusters: 2 drifted'],
    [{ notReady: 3 }, 'sts-prep audit of 4 clusters: 3 upgrades not ready'],
    [{ unknown: 1 }, 'sts-prep audit of 4 clusters: 1 unknown'],
    [
      { unknown: 1, notReady: 2, drifted: 3 },
      'sts-prep audit of 4 clusters: 3 drifted, 2 upgrades not ready, 1 unknown',
    ],
  ])('of %j', (counts, subject) => {
    expect(subjectOf({ ...NOTHING, ...counts })).toBe(subject);
  });

  it('is what SNS takes, whatever the counts: one line of at most 100 ASCII characters', () => {
    const count = fc.nat(Number.MAX_SAFE_INTEGER);
    const counts = fc
      .record({ clusters: count, drifted: count, notReady: count, unknown: count })
      .map((some) => ({ ...NOTHING, ...some }));
    fc.assert(
      fc.property(counts, (some) => {
        expect(subjectOf(some)).toMatch(/^[ -~]{1,100}$/);
      }),
    );
    const most = Number.MAX_SAFE_INTEGER;
    const absurd = { ...NOTHING, clusters: most, drifted: most, notReady: most, unknown: most };
    expect(subjectOf(absurd)).toHaveLength(100);
  });
});

describe('the message of an audit', () => {
  it('tells every count, and where the report is', () => {
    const counts = {
      ...{ clusters: 60, clean: 10, drifted: 20, unknown: 30 },
      ...{ ready: 1, notReady: 2, unknownReleases: 3 },
      ...{ critical: 4, warning: 5, info: 6, new: 7 },
    };
    expect(messageOf(counts, 's3://output/audits/runs/a/report.html')).toBe(
      [
        'Clusters: 60, of which 10 clean, 20 drifted, 30 unknown.',
        'Upgrades: 1 ready, 2 not ready, 3 unknown.',
        'Findings: 4 critical, 5 warnings; 7 of them new.',
        'Report: s3://output/audits/runs/a/report.html',
      ].join('\n'),
    );
  });
});
