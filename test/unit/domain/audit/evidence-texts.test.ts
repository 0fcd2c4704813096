import { describe, expect, it } from 'vitest';
import { evidenceTexts, LEFT_OUT, shownEvidence } from '../../../../core/domain/audit/evidence-texts.ts';
import { fleetProblems } from '../../../../core/domain/audit/fleet-problems.ts';
import { sampleCluster, sampleFinding } from '../../../support/audit-report.ts';

/** The texts of problems of one cluster, each found with one of these. */
function textsOf(found: readonly string[], clusters = 1) {
  const drift = found.map((live, nth) => sampleFinding({ resource: `${nth}`, live }));
  return evidenceTexts(fleetProblems([sampleCluster({ status: 'drifted', drift })]), clusters);
}

const LONG = 'policy '.repeat(100);

describe('evidence', () => {
  it('is shown where it belongs when one problem has it, or when it is short', () => {
    expect(textsOf([LONG]).placeOf(LONG)).toBe('here');
    expect(textsOf(['none', 'none']).placeOf('none')).toBe('here');
    expect(textsOf([LONG]).shared).toEqual([]);
  });

  it('is kept once when several problems have it', () => {
    const { placeOf, shared } = textsOf([LONG, LONG, LONG]);
    expect(shared.map(({ text }) => text)).toEqual([LONG]);
    expect(placeOf(LONG)).toEqual({ id: shared[0]?.id });
  });

  it('is left out where the report would become too large, the worst problems last', () => {
    const many = Array.from({ length: 500 }, (_, nth) => `${nth} ${'x'.repeat(1_000)}`);
    const { placeOf } = textsOf(many, 300);
    const shown = many.filter((text) => placeOf(text) === 'here');
    expect(shown.length).toBeLessThan(310);
    expect(shown).toEqual(many.slice(0, shown.length));
    expect(placeOf(many.at(-1) ?? '')).toBe('left-out');
    // A small fleet has room for all of it.
    expect(textsOf(many, 1).placeOf(many.at(-1) ?? '')).toBe('here');
  });

  it('of one problem is told apart for the first twenty that differ, and the clusters of all are named', () => {
    const clusters = Array.from({ length: 50 }, (_, nth) =>
      sampleCluster({ cluster: `c-${nth}`, drift: [sampleFinding({ live: `vpc-${nth}`, wanted: 'vpc' })] }),
    );
    const problems = fleetProblems(clusters);
    const texts = evidenceTexts(problems, clusters.length);
    const shown = problems.flatMap((problem) => shownEvidence(problem, texts));
    expect(shown.slice(0, 20).map(({ live }) => live)).toEqual(
      clusters.slice(0, 20).map((_, nth) => `vpc-${nth}`),
    );
    expect(shown.slice(20)).toMatchObject([{ live: LEFT_OUT, wanted: LEFT_OUT }]);
    expect(shown.flatMap(({ places }) => places.map(({ cluster }) => cluster))).toEqual(clusters);
  });
});
