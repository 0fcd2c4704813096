import { expect, it } from 'vitest';
import { chainPage } from './chain-picture.ts';

const row = (run: string, step: number, name: string, calls: string, beside = 1) => ({
  run,
  step,
  function: name,
  'side by side': beside,
  calls,
});

it('draws a box for each step, in its function, and counts what differs by a number only', () => {
  const page = chainPage(
    {
      title: 'Chain',
      rows: [
        row('first run', 1, 'lock', 's3 PUT /output/clusters/demo/lock'),
        row('first run', 2, 'verify', '2 × iam GetRole, s3 GET /o/a-1-b.yaml, s3 GET /o/a-2-b.yaml', 4),
        row('re-run', 1, 'lock', 's3 GET /output/?list-type=2&prefix=clusters%2Fx%2F, s3 PUT /o/<run>.json'),
      ],
    },
    'this machine',
  );
  expect(page.split('\n').filter((line) => /subgraph|s\d|##/.test(line))).toEqual([
    '## First run: 2 steps, 5 calls',
    '  subgraph lock',
    '    s1["1: s3 PUT lock"]',
    '  subgraph verify',
    '    s2["2: 2 × iam GetRole<br/>2 × s3 GET a-N-b.yaml"]',
    '  s1 --> s2',
    '## Re-run: 1 steps, 1 calls',
    '  subgraph lock',
    '    s1["1: s3 LIST x/<br/>s3 PUT &lt;run&gt;.json"]',
    '  s1',
  ]);
});
