import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calibrate } from './calibration.ts';
import { ratios, readSaved, type Saved, save } from './saved.ts';

const SAVED: Saved = {
  machine: '2 cores',
  calibrationMs: 50,
  parts: {
    runs: [{ run: '6 roles, first run', seconds: '2.00', calls: 90, ccoctl: '2.7 s' }],
    policies: [{ statements: 'the same', 'pairs per second': 1_000 }],
    bundles: [{ function: 'lock', KiB: '500', 'CPU ms': '100' }],
  },
};

describe('figures of an earlier time', () => {
  it.each([
    {
      what: 'counts, and times that are mostly waiting, as they are',
      part: 'runs' as const,
      row: { run: '6 roles, first run', seconds: '1.00', calls: 60, ccoctl: '2.7 s' },
      shown: { run: '6 roles, first run', seconds: '0.50', calls: '0.67', ccoctl: '' },
    },
    {
      what: 'CPU time as if this machine were not half as fast',
      part: 'bundles' as const,
      row: { function: 'lock', KiB: '250', 'CPU ms': '100' },
      shown: { function: 'lock', KiB: '0.50', 'CPU ms': '0.50' },
    },
    {
      what: 'what is done in a second as if this machine were not half as fast',
      part: 'policies' as const,
      row: { statements: 'the same', 'pairs per second': 1_000 },
      shown: { statements: 'the same', 'pairs per second': '2.00' },
    },
  ])('are compared: $what', ({ part, row, shown }) => {
    expect(ratios(part, { title: '', rows: [row] }, 100, SAVED)).toEqual([shown]);
  });

  it('leave out what was not measured then', () => {
    expect(ratios('runs', { title: '', rows: [{ run: '7 roles, re-run', calls: 1 }] }, 50, SAVED)).toEqual(
      [],
    );
    expect(ratios('page', { title: '', rows: [{ file: 'report.md', kB: 1 }] }, 50, SAVED)).toEqual([]);
  });

  it('are read as they were saved', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'bench-')), 'figures.json');
    save(file, SAVED);
    expect(readSaved(file)).toEqual(SAVED);
  });

  it.each(['{}', 'not JSON'])('are refused when the file is %s', (text) => {
    const file = join(mkdtempSync(join(tmpdir(), 'bench-')), 'figures.json');
    writeFileSync(file, text);
    expect(() => readSaved(file)).toThrow(`--compare ${file}: it is not a file that --save wrote`);
  });

  it('come with the CPU time of a piece of work', () => {
    expect(calibrate()).toBeGreaterThan(0);
  });
});
