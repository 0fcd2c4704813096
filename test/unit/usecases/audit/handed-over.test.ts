import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectTooLarge } from '../../../../core/aws/object-store.ts';
import { verifiedText } from '../../../../core/domain/audit/view.ts';
import type { ClusterCheckReport } from '../../../../core/domain/cluster-check/report.ts';
import { handedOver, readHandedOver } from '../../../../core/usecases/audit/handed-over.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');

const verified: ClusterCheckReport = {
  version: 1,
  cluster: 'demo',
  at: '2026-11-24T11:00:00.000Z',
  outcome: 'verified',
  preparedBy: 'run-2',
  results: [{ check: 'mode', subject: 'the cluster', outcome: 'verified' }],
};

const finding = { check: 'secret', subject: 'a/b', outcome: 'finding' } as const;

const told = (found: Partial<ClusterCheckReport> | string) =>
  handedOver(typeof found === 'string' ? found : { ...verified, ...found }, 'run-2', NOW);

/** The intake bucket with one object in it. */
const intake = (body: string | Error | undefined) => ({
  get: async (key: string) => {
    expect(key).toBe('verified/demo.json');
    if (body instanceof Error) throw body;
    return body === undefined
      ? undefined
      : { bytes: Buffer.from(body), etag: '"1"', metadata: {}, lastModified: new Date(NOW) };
  },
});

describe('what was found in a running cluster', () => {
  it('is told with its time where it is of the last run', () => {
    expect(told({})).toEqual({ outcome: 'verified', at: verified.at, findings: 0, unknown: 0 });
  });

  it.each<[string, Partial<ClusterCheckReport> | string, string]>([
    [
      'another run prepared the cluster since',
      { preparedBy: 'run-1' },
      'the last run of the cluster is run-2',
    ],
    ['it is of tomorrow', { at: '2026-11-28T12:00:00Z' }, 'has not come yet'],
    ['its time is none', { at: 'yesterday' }, 'is no time'],
    ['it says verified and lists a finding', { results: [finding] }, 'its results do not'],
    ['it says verified and lists nothing', { results: [] }, 'its results do not'],
    ['it cannot be read', 'verified/demo.json cannot be read: it is not JSON', 'it is not JSON'],
  ])('is unknown where %s', (_, found, reason) => {
    const { outcome, reason: why } = told(found);
    expect(outcome).toBe('unknown');
    expect(why).toContain(reason);
  });

  it('is never verified unless its results are, and the cluster was not prepared again', () => {
    const outcome = fc.constantFrom('verified', 'finding', 'unknown', 'note');
    const result = fc.record({
      check: fc.constant('secret' as const),
      subject: fc.string(),
      outcome,
    }) as fc.Arbitrary<ClusterCheckReport['results'][number]>;
    fc.assert(
      fc.property(
        fc.constantFrom('verified', 'findings', 'unknown') as fc.Arbitrary<ClusterCheckReport['outcome']>,
        fc.array(result),
        fc.constantFrom('run-1', 'run-2'),
        (said, results, preparedBy) => {
          if (told({ outcome: said, results, preparedBy }).outcome !== 'verified') return;
          expect(preparedBy).toBe('run-2');
          expect(results.some((each) => each.outcome === 'verified')).toBe(true);
          expect(results.every((each) => ['verified', 'note'].includes(each.outcome))).toBe(true);
        },
      ),
    );
  });
});

describe('reading what was handed over', () => {
  it('finds nothing where nobody handed anything over', async () => {
    expect(await readHandedOver('demo', intake(undefined))).toBeUndefined();
  });

  it('reads what the client wrote', async () => {
    expect(await readHandedOver('demo', intake(JSON.stringify(verified)))).toEqual(verified);
  });

  it.each<[string, string | Error, string]>([
    ['no JSON', 'verified', 'it is not JSON'],
    ['another document', '{"version":1}', 'is missing'],
    ['of a version that nobody knows yet', JSON.stringify({ ...verified, version: 9 }), 'version 9'],
    ['of another cluster', JSON.stringify({ ...verified, cluster: 'other' }), 'is about cluster other'],
    [
      'too large',
      new ObjectTooLarge('verified/demo.json has 3000000 bytes; 2097152 are allowed.'),
      '3000000',
    ],
  ])('says why where it is %s', async (_, body, why) => {
    expect(await readHandedOver('demo', intake(body))).toContain(why);
  });

  it('fails where S3 does, so that an audit never takes what it may not read for what is not there', async () => {
    const refused = Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
    await expect(readHandedOver('demo', intake(refused))).rejects.toThrow('Access Denied');
  });
});

describe('the words for it', () => {
  const at = '2026-11-27T12:00:00.000Z';

  it.each([
    [undefined, undefined],
    [
      told({}),
      'uses the prepared credentials (handed over; of 2026-11-24 11:00 UTC, 3 days before this audit)',
    ],
    [
      told({ outcome: 'findings', results: [finding] }),
      '1 finding, 0 unknown (handed over; of 2026-11-24 11:00 UTC, 3 days before this audit)',
    ],
    [told('It is not JSON.'), 'unknown: It is not JSON.'],
  ])('%# are these', (given, words) => {
    expect(verifiedText({ at, ...(given === undefined ? {} : { verified: given }) })).toBe(words);
  });
});
