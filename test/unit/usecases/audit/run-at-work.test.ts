import { describe, expect, it } from 'vitest';
import type { Run } from '../../../../core/storage/run.ts';
import { doubtAbout } from '../../../../core/usecases/audit/run-at-work.ts';
import { releaseLock } from '../../../../core/usecases/lock/lock.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';

const LOCK = 'clusters/demo/lock';
const RUN: Run = { id: 'run-2', arn: 'arn:run-2', cluster: { name: 'demo' } } as Run;
const HELD = JSON.stringify({ execution: RUN.arn, run: RUN.id });
const EARLIER = '2026-03-01T10:00:00.000Z';
const entry = (endedAt: string) => ({ name: 'demo', lastRun: { id: 'run-1', endedAt, report: '' } });
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

async function released(options?: { versioned: boolean }) {
  const store = fakeStore({ [LOCK]: HELD }, options);
  await releaseLock(RUN, store);
  return store;
}

describe('what an audit saw', () => {
  it('is no doubt when nobody was at work', async () => {
    expect(await doubtAbout(entry(EARLIER), anHourAgo(), fakeStore())).toBeUndefined();
  });

  it('is in doubt while a run holds the lock', async () => {
    const doubt = await doubtAbout(entry(EARLIER), inAnHour(), fakeStore({ [LOCK]: HELD }));
    expect(doubt).toMatch(/^The run run-2 was at work on the cluster, .* Audit again when it has ended\.$/);
  });

  it.each([
    ['no doubt while that run waits for an approval, and does nothing', {}, undefined],
    [
      'in doubt once somebody decided, though the run may not have begun',
      { 'clusters/demo/runs/run-2/decision.json': '{}' },
      /^The run run-2 was at work/,
    ],
  ])('is %s', async (_, more, doubt) => {
    const store = fakeStore({ [LOCK]: HELD, 'approvals/run-2.json': '{}', ...more });
    const found = await doubtAbout(entry(EARLIER), inAnHour(), store);
    if (doubt === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(doubt);
  });

  it('is in doubt when a run succeeded since the audit began', async () => {
    expect(await doubtAbout(entry(inAnHour()), anHourAgo(), fakeStore())).toMatch(
      /^The run run-1 ended while/,
    );
  });

  it('is in doubt when a run gave the lock back since, though it was rolled back', async () => {
    expect(await doubtAbout(entry(EARLIER), anHourAgo(), await released())).toMatch(/^A run ended while/);
  });

  it('is no doubt when it gave the lock back before', async () => {
    expect(await doubtAbout(entry(EARLIER), inAnHour(), await released())).toBeUndefined();
  });

  it('is in doubt when the registry does not say when the last run ended', async () => {
    expect(await doubtAbout(entry('soon'), inAnHour(), fakeStore())).toMatch(/^The run run-1 ended while/);
  });

  it('is not known of a bucket without versions, but by the registry', async () => {
    expect(
      await doubtAbout(entry(EARLIER), anHourAgo(), await released({ versioned: false })),
    ).toBeUndefined();
  });
});
