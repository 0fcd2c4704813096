import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { UsageError } from '../../scripts/local/main.ts';
import { PART_NAMES, type PartName } from './arguments.ts';
import type { Measured, Row } from './table.ts';

const rowSchema = z.record(z.string(), z.union([z.string(), z.number()]));
const savedSchema = z.object({
  machine: z.string(),
  /** Milliseconds of CPU time for the work of calibration.ts. */
  calibrationMs: z.number().positive(),
  parts: z.partialRecord(z.enum(PART_NAMES), z.array(rowSchema)),
});

/** Figures of an earlier time, and how fast the machine was that they are of. */
export type Saved = z.infer<typeof savedSchema>;

export function save(file: string, saved: Saved): void {
  writeFileSync(file, `${JSON.stringify(saved, undefined, 1)}\n`);
}

/** Throws UsageError when there is no such file, or when it is none that `--save` wrote. */
export function readSaved(file: string): Saved {
  try {
    return savedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new UsageError(
      `--compare ${file}: it is not a file that --save wrote; write one at an earlier commit.`,
    );
  }
}

/** What the machine's own speed is in, and not the delay of calls. */
const OF_THE_CPU = /\bms\b|per second/;

/**
 * Each figure of a part as a multiple of the same one when it was saved; empty where there was none. Where the machine's
 * speed is in it, it is told as if both machines were equally fast.
 */
export function ratios(part: PartName, { rows }: Measured, calibrationMs: number, saved: Saved): Row[] {
  const slower = calibrationMs / saved.calibrationMs;
  const earlier = saved.parts[part] ?? [];
  return rows.flatMap((row) => {
    const [key = ''] = Object.keys(row);
    const same = earlier.find((other) => other[key] === row[key]);
    if (same === undefined) return [];
    const cells = Object.entries(row)
      .filter(([column]) => column !== key)
      .map(([column, now]) => [column, ratio(column, Number(now), Number(same[column]), slower)]);
    return [{ [key]: row[key] ?? '', ...Object.fromEntries(cells) }];
  });
}

function ratio(column: string, now: number, then: number, slower: number): string {
  if (!(then > 0) || !Number.isFinite(now)) return '';
  const plain = now / then;
  if (!OF_THE_CPU.test(column)) return plain.toFixed(2);
  return (column.includes('per second') ? plain * slower : plain / slower).toFixed(2);
}
