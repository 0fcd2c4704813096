import { expect, it } from 'vitest';
import { type Report, reportSchema } from '../../../../core/domain/report.ts';
import { writeReport } from '../../../../core/usecases/report/write-report.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';

const REPORT: Report = {
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

it('a report is written for programs and for people, into one folder', async () => {
  const store = fakeStore();
  await expect(writeReport({ run: 'run-1', cluster: 'demo' }, REPORT, store)).resolves.toBe(
    'clusters/demo/runs/run-1/report.json',
  );
  expect(reportSchema.parse(JSON.parse(store.text('clusters/demo/runs/run-1/report.json') ?? ''))).toEqual(
    REPORT,
  );
  expect(store.text('clusters/demo/runs/run-1/report.md')).toContain(
    '| STS refuses a token of another service account | 1 |  |',
  );
  expect((await store.head('clusters/demo/runs/run-1/report.json'))?.contentType).toBe('application/json');
  expect((await store.head('clusters/demo/runs/run-1/report.md'))?.contentType).toBe(
    'text/markdown; charset=utf-8',
  );
});

it('the report of a run that did not get to know its cluster has a folder of its own', async () => {
  const store = fakeStore();
  await expect(writeReport({ run: 'run-1' }, REPORT, store)).resolves.toBe('rejected/run-1/report.json');
  await expect(store.list('')).resolves.toEqual(['rejected/run-1/report.json', 'rejected/run-1/report.md']);
});
