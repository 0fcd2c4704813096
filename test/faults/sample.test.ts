import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patience } from '../support/patience.ts';
import { KIND_NAMES } from './kinds.ts';
import { LAG_SCENARIOS, type LagScenario, lagTitle } from './lag.ts';
import { allPoints, runLags, runPoints, Workers } from './matrix.ts';
import { type Point, pointId } from './points.ts';
import type { Result } from './results.ts';

/*
 * A part of the fault matrix that fits into a test run: from nothing, every second kind of fault at every operation
 * that changes something, once, and the others at the next operation; of an upgrade, an add-on, a prune, a rotated cluster and the way back a few in a hundred. `npm run faults` runs
 * all of it.
 */
const ONE_IN = 96;
/** What is waited out for twenty seconds is for five. */
const LONG_LAGS = LAG_SCENARIOS.filter(({ seconds }) => seconds === 20);
const TIME_LIMIT_MS = patience(100_000);

let results: Result[] = [];
let lagging: ReadonlyMap<LagScenario, string | undefined>;

beforeAll(async () => {
  const workers = await Workers.start(2);
  try {
    lagging = await runLags(workers, LONG_LAGS);
    const points = sampled(
      await allPoints(workers, [
        'empty',
        'additive',
        'add-on',
        'add-on-pruned',
        'key-step',
        'issuer-step',
        'roles-step',
        'rotated-by-hand',
        'deleted-with-its-name',
      ]),
    );
    const found: Result[] = [];
    await runPoints(workers, points, false, (result) => found.push(result));
    results = found;
  } finally {
    workers.stop();
  }
}, TIME_LIMIT_MS);

afterAll(() => {
  console.log(`${results.length} points of the fault matrix`);
});

function sampled(points: readonly Point[]): Point[] {
  const known = new Set<string>();
  const operations = new Set<string>();
  return points.filter((point) => {
    if (point.start !== 'empty' || point.failIn !== undefined) return numberOf(pointId(point)) % ONE_IN === 0;
    if (!point.isWrite) return false;
    // Roles and manifests are many of one sort.
    const operation = point.address.replace(/demo-openshift-\S+|manifests\/\S+/, '');
    const sort = `${point.kind} ${operation}`;
    if (known.has(sort)) return false;
    known.add(sort);
    operations.add(operation);
    return (KIND_NAMES.indexOf(point.kind) + operations.size) % 2 === 0;
  });
}

/** The same number for the same text, whatever order the calls came in. */
function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}

/** Points that did not end as they should. */
function others(of: (point: Point) => boolean, ...verdicts: readonly string[]): string[] {
  const chosen = results.filter(({ point }) => of(point));
  expect(chosen.length).toBeGreaterThan(12);
  return chosen
    .filter(({ verdict }) => !verdicts.includes(verdict))
    .map(({ id, verdict, ended, error, detail }) => `${id}: ${verdict}, ${ended} ${error} ${detail}`);
}

const forward = ({ failIn }: Point) => failIn === undefined;
const passes = ({ kind }: Point) =>
  ['throttled-twice', 'lost-request', 'lost-answer', 'killed', 'bucket-lag', 'delete-conflict'].includes(
    kind,
  );

describe('a run with a fault at one AWS call', () => {
  it('ends in a prepared cluster when the fault passes', () => {
    expect(others((point) => forward(point) && passes(point), 'prepared', 'deleted')).toEqual([]);
  });

  it('leaves the account as it was when the fault lasts, or says what is left', () => {
    expect(
      others(
        (point) => forward(point) && !passes(point),
        'rolled-back',
        'not-started',
        'incomplete',
        'lock-stays',
        // An answer that is lost after everything was done.
        'prepared',
        'deleted',
        'deleted-again',
      ),
    ).toEqual([]);
  });
});

describe('the undo of a failed run, with a fault of its own', () => {
  it('leaves the account as it was when the fault passes', () => {
    expect(others((point) => !forward(point) && passes(point), 'rolled-back')).toEqual([]);
  });

  it('leaves the account as it was when the fault lasts, or says what is left', () => {
    expect(
      others(
        (point) => !forward(point) && !passes(point),
        'rolled-back',
        'incomplete',
        'lock-stays',
        'report-lost',
      ),
    ).toEqual([]);
  });
});

describe('with an IAM that shows changes late', () => {
  for (const scenario of LONG_LAGS) {
    it(lagTitle(scenario), () => {
      expect(lagging.get(scenario)).toBeUndefined();
    });
  }

  it('every scenario was run', () => {
    expect(lagging.size).toBe(LONG_LAGS.length);
  });
});
