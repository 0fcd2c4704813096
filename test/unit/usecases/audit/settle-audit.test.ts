import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../../../core/aws/object-store.ts';
import type { ClusterAudit } from '../../../../core/domain/audit/report.ts';
import * as documents from '../../../../core/storage/documents.ts';
import { settleAudit } from '../../../../core/usecases/audit/settle-audit.ts';
import { sampleCluster, sampleRelease } from '../../../support/audit-report.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';

const HOUR = 3_600_000;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();
const NAME = 'demo';
const ready = (release: string) => sampleRelease({ release, status: 'ready', gate: [`open ${release}`] });
const closed = (release: string) =>
  sampleRelease({ release, status: 'not-ready', reasons: ['Something is missing.'] });
const found = (audit: string, releases: ClusterAudit['releases'], more: Partial<ClusterAudit> = {}) =>
  sampleCluster({
    cluster: NAME,
    audit,
    release: '4.20.3',
    issuer: 'https://demo',
    releases,
    opened: [],
    ...more,
  });

/** Settles what an audit found that began so many hours ago. */
const settle = (
  store: ObjectStore,
  id: string,
  hours: number,
  releases: ClusterAudit['releases'],
  more: Partial<ClusterAudit> = {},
) => settleAudit({ id, startedAt: hoursAgo(hours) }, found(id, releases, more), store);

const latest = async (store: ReturnType<typeof fakeStore>) =>
  (await documents.latestAuditOfCluster.read({ cluster: NAME }, store))?.value;

describe('what an audit found of a cluster', () => {
  it('is the latest that is known, with what it opens', async () => {
    const store = fakeStore();
    const audit = { id: 'a', startedAt: hoursAgo(0) };
    const settled = await settleAudit(audit, found('a', [ready('4.21.0')]), store);
    expect(settled).toMatchObject({ audit: 'a', startedAt: audit.startedAt, opened: ['4.21.0'] });
    expect(await latest(store)).toEqual(settled);
    // A second attempt of the same audit finds its own.
    expect(await settleAudit(audit, found('a', [closed('4.21.0')]), store)).toEqual(settled);
  });

  it('takes back what another one opened while this one looked', async () => {
    const store = fakeStore();
    await settle(store, 'a', 0.2, [ready('4.21.0')]);
    const second = await settle(store, 'b', 0.1, [closed('4.21.0')], { opened: [] });
    expect(second.retract?.releases).toEqual(['4.21.0']);
    expect((await latest(store))?.opened).toEqual(['4.21.0']);
  });

  it('opens nothing and replaces nothing where an audit that began later has looked', async () => {
    const store = fakeStore();
    await settle(store, 'a', 0.3, [ready('4.21.0')]);
    const later = { id: 'c', startedAt: hoursAgo(0.1) };
    const tuesday = await settleAudit(later, found('c', [closed('4.21.0')]), store);
    const monday = { id: 'b', startedAt: hoursAgo(0.2) };
    const settled = await settleAudit(monday, found('b', [ready('4.21.0'), closed('4.22.0')]), store);
    expect(settled.releases).toMatchObject([
      { status: 'unknown', reasons: [expect.stringContaining('The audit c began later')] },
      { status: 'not-ready' },
    ]);
    expect(settled.releases.some(({ gate }) => gate !== undefined)).toBe(false);
    expect(settled.retract).toEqual(tuesday.retract);
    expect(await latest(store)).toEqual(tuesday);
  });

  it('opens nothing where the audit began too long ago, as one that was redriven', async () => {
    const store = fakeStore();
    const settled = await settle(store, 'a', 7, [ready('4.21.0')]);
    expect(settled).toMatchObject({
      opened: [],
      releases: [{ status: 'unknown', reasons: [expect.stringContaining('Start a new audit')] }],
    });
    expect(settled.releases[0]).not.toHaveProperty('gate');
  });

  it('changes nothing that is open while it is in doubt, or while nothing could be looked at', async () => {
    const store = fakeStore();
    const opened = await settle(store, 'a', 0.3, [ready('4.21.0')]);
    const { issuer: _, ...unseen } = found('b', []);
    const unknown = await settleAudit({ id: 'b', startedAt: hoursAgo(0.2) }, unseen, store);
    expect(unknown).toMatchObject({ opened: ['4.21.0'] });
    expect(await latest(store)).toEqual(opened);
    const doubtful = found('c', [closed('4.21.0')], { doubt: 'A run was at work.' });
    const settled = await settleAudit({ id: 'c', startedAt: hoursAgo(0.1) }, doubtful, store);
    expect([settled.opened, settled.retract]).toEqual([['4.21.0'], undefined]);
  });

  it('is settled again where another audit writes between the look and the write', async () => {
    const store = fakeStore();
    let writes = 0;
    const racing = {
      ...store,
      put: async (...args: Parameters<typeof store.put>) => {
        writes += 1;
        if (writes === 1) await settle(store, 'a', 0.2, [ready('4.21.0')]);
        return store.put(...args);
      },
    };
    const settled = await settle(racing, 'b', 0.1, [closed('4.21.0')]);
    expect([writes, settled.retract?.releases]).toEqual([2, ['4.21.0']]);
  });
});
