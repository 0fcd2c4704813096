import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../../core/domain/problem.ts';
import { reportSchema } from '../../../../core/domain/report.ts';
import { rejection, rejectionReport } from '../../../../core/usecases/prepare/reject.ts';

const problem = (message: string, code: Problem['code'] = 'TagInvalid'): Problem => ({
  code,
  file: 'cluster.yaml',
  message,
  remedy: 'Mend it.',
});

describe('how a refused bundle ends its execution', () => {
  it('is the common name of its problems, and a line for each', () => {
    expect(rejection([problem('One.'), problem('Two.')])).toEqual({
      error: 'TagInvalid',
      cause: 'cluster.yaml: One. Mend it.\ncluster.yaml: Two. Mend it.',
    });
    expect(rejection([problem('One.'), problem('Two.', 'RegionUnknown')]).error).toBe('InvalidBundle');
  });

  it('is cut below what Step Functions takes, and says how many are left out', () => {
    const { cause } = rejection(Array.from({ length: 2_000 }, (_, index) => problem(`Problem ${index}.`)));
    expect(cause.length).toBeLessThan(9_000);
    const shown = cause.split('\n').length - 1;
    expect(cause).toMatch(new RegExp(`… and ${2_000 - shown} more; the report lists all 2000\\.$`));
  });
});

it('the report of a refused bundle lists all problems and follows its schema', () => {
  const problems = Array.from({ length: 2_000 }, (_, index) => problem(`Problem ${index}.`));
  const report = rejectionReport(
    { id: 'run-1', operation: 'prepare', endedAt: '2026-01-02T03:04:05.000Z' },
    { bucket: 'intake', key: 'prepare/demo.tgz', versionId: 'v1' },
    { problems, skipped: [{ file: 'a.yaml', document: 1, reason: 'kind Secret' }], warnings: ['w'] },
  );
  expect(reportSchema.parse(report)).toEqual(report);
  expect(report).toMatchObject({ outcome: 'rejected', changes: [], error: { name: 'TagInvalid' } });
  expect(report.problems).toHaveLength(2_000);
});
