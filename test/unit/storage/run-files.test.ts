import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../core/domain/plan.ts';
import * as documents from '../../../core/storage/documents.ts';
import { recordFailureOfRun } from '../../../core/storage/failure-records.ts';
import { plannedRole, plannedRun, runFiles } from '../../../core/storage/run-files.ts';
import { DEMO_RUN, demoCluster, RUN } from '../../support/fakes/demo-cluster.ts';
import { losingAnswerOf } from '../../support/fakes/faults.ts';
import { fakeStore } from '../../support/fakes/object-store.ts';

const FOLDER = `clusters/demo/runs/${RUN}/`;
const desired = demoCluster();

function plan(kid: string): Plan {
  return {
    version: 1,
    run: RUN,
    signingKey: { changes: [], kid },
    issuer: { changes: [] },
    provider: { changes: [] },
    roles: [{ index: 1, changes: [{ action: 'create', resource: 'role', part: 'all' }] }],
    files: { changes: [] },
  };
}

describe('the files of a run', () => {
  it('give back what was written', async () => {
    const store = fakeStore({ [`${FOLDER}desired.json`]: JSON.stringify(desired) });
    const files = runFiles(DEMO_RUN, store);
    await expect(files.desired()).resolves.toMatchObject({ value: desired });
  });

  it('lack desired state and plan before they are made, and without a reading nothing can go on', async () => {
    const files = runFiles(DEMO_RUN, fakeStore());
    await expect(files.plan()).resolves.toBeUndefined();
    await expect(files.desired()).resolves.toBeUndefined();
    await expect(files.reading()).rejects.toThrow(`${FOLDER}desired.json is not there.`);
  });

  it('have no plan for a run that never went on from it, whatever lies there', async () => {
    const place = { run: DEMO_RUN.id, cluster: 'demo' };
    const store = fakeStore();
    await documents.plan.write(place, plan('kid'), store);
    const run = { ...DEMO_RUN, records: { plan: 'none' as const } };
    await expect(runFiles(DEMO_RUN, store).plan()).resolves.toBeDefined();
    await expect(runFiles(run, store).plan()).resolves.toBeUndefined();
  });

  it('have what the bundle says apart from what the run brings about', async () => {
    const reading = { ...desired, warnings: ['as the bundle says it'] };
    const files = runFiles(
      DEMO_RUN,
      fakeStore({
        [`${FOLDER}reading.json`]: JSON.stringify(reading),
        [`${FOLDER}desired.json`]: JSON.stringify(desired),
      }),
    );
    await expect(files.reading()).resolves.toEqual(reading);
    await expect(files.desired()).resolves.toMatchObject({ value: desired });
  });

  it('had both in one, of a run that began before they were two', async () => {
    const store = fakeStore({ [`${FOLDER}desired.json`]: JSON.stringify(desired) });
    await expect(runFiles(DEMO_RUN, store).reading()).resolves.toEqual(desired);
  });
});

describe('writing the desired state', () => {
  const files = (store: ReturnType<typeof fakeStore>) => runFiles(DEMO_RUN, store);
  const other = { ...desired, warnings: ['other'] };

  it.each([
    ['before there is one', {}],
    ['where an attempt before left one', { [`${FOLDER}desired.json`]: JSON.stringify(desired) }],
  ])('is done %s, unless somebody else did meanwhile', async (_, content) => {
    const store = fakeStore(content as Record<string, string>);
    const [first, second] = [files(store), files(store)];
    const [mine, theirs] = await Promise.all([first.desired(), second.desired()]);
    await expect(first.keepDesired(mine, other)).resolves.toBe(true);
    await expect(second.keepDesired(theirs, { ...desired, warnings: ['third'] })).resolves.toBe(false);
    await expect(files(store).desired()).resolves.toMatchObject({ value: other });
  });
});

it('a removal is noted', async () => {
  const files = runFiles(DEMO_RUN, fakeStore());
  await expect(files.hasBegunRemoval()).resolves.toBe(false);
  await files.beginRemoval();
  await expect(files.hasBegunRemoval()).resolves.toBe(true);
});

describe('keeping the plan', () => {
  it('writes it once; a later attempt gets the first one back', async () => {
    const files = runFiles(DEMO_RUN, fakeStore());
    await expect(files.keepPlan(plan('first'))).resolves.toEqual(plan('first'));
    await expect(files.keepPlan(plan('second'))).resolves.toEqual(plan('first'));
    await expect(files.plan()).resolves.toEqual(plan('first'));
  });

  it('keeps the first after its answer was lost', async () => {
    const store = fakeStore();
    const files = runFiles(DEMO_RUN, losingAnswerOf(store, 'put'));
    await expect(files.keepPlan(plan('first'))).rejects.toThrow();
    await expect(files.keepPlan(plan('second'))).resolves.toEqual(plan('first'));
    expect(store.versions.get(`${FOLDER}plan.json`)).toHaveLength(1);
  });
});

describe('the records of a run', () => {
  const failure = (task: string, at: string) => ({ task, error: 'E', message: 'm', at });

  it('give failures by their time', async () => {
    const store = fakeStore();
    const [early, late] = [
      failure('verify', '2026-01-01T00:00:01Z'),
      failure('create-role', '2026-01-01T00:00:02Z'),
    ];
    await recordFailureOfRun(DEMO_RUN, late, 1, store);
    await recordFailureOfRun(DEMO_RUN, early, undefined, store);
    await expect(runFiles(DEMO_RUN, store).failures()).resolves.toEqual([early, late]);
  });

  it('give the outcomes of the undo steps that got to their end', async () => {
    const files = runFiles(DEMO_RUN, fakeStore());
    const outcomes = [{ resource: 'r', outcome: 'undone', detail: 'deleted' }] as const;
    await files.recordUndo('undo-roles', outcomes);
    await expect(files.undo(['undo-roles', 'undo-provider'])).resolves.toEqual(
      new Map([['undo-roles', outcomes]]),
    );
  });

  it('are those of the run, not of another', async () => {
    const store = fakeStore();
    await recordFailureOfRun({ ...DEMO_RUN, id: `${RUN}-2` }, failure('verify', 'x'), undefined, store);
    await expect(runFiles(DEMO_RUN, store).failures()).resolves.toEqual([]);
  });
});

describe('a planned run', () => {
  it('has desired state and plan', async () => {
    const store = fakeStore({ [`${FOLDER}desired.json`]: JSON.stringify(desired) });
    await expect(plannedRun(DEMO_RUN, store)).rejects.toThrow(`${FOLDER}plan.json is not there.`);
    await runFiles(DEMO_RUN, store).keepPlan(plan('kid'));
    await expect(plannedRun(DEMO_RUN, store)).resolves.toEqual({ desired, plan: plan('kid') });
  });

  it('has its roles by their position', () => {
    expect(plannedRole(desired, plan('kid'), 1)).toEqual({
      wanted: desired.roles[1],
      planned: plan('kid').roles[0],
    });
    expect(() => plannedRole(desired, plan('kid'), 0)).toThrow(RangeError);
    expect(() => plannedRole(desired, plan('kid'), 99)).toThrow(RangeError);
  });
});
