import { expect, it } from 'vitest';
import { type Report, reportSchema } from '../../../../core/domain/report.ts';
import { writeReport } from '../../../../core/usecases/report/write-report.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';

it('a report is written for programs and for people, into one folder', async () => {
  const store = fakeStore();
  const report: Report = {
    version: 1,
    run: 'run-1',
    operation: 'prepare',
    outcome: 'prepared',
    endedAt: '2026-01-02T03:04:05.000Z',
    bundle: { bucket: 'intake', key: 'prepare/demo.tgz' },
    changes: [],
    skipped: [],
    warnings: [],
    verification: [{ check: 'token-refused', proved: 1, notProved: 0 }],
  };
  await expect(writeReport('folder/', report, store)).resolves.toBe('folder/report.json');
  expect(reportSchema.parse(JSON.parse(store.text('folder/report.json') ?? ''))).toEqual(report);
  expect(store.text('folder/report.md')).toContain(
    '| STS refuses a token of another service account | 1 |  |',
  );
  expect((await store.head('folder/report.json'))?.contentType).toBe('application/json');
  expect((await store.head('folder/report.md'))?.contentType).toBe('text/markdown; charset=utf-8');
});
