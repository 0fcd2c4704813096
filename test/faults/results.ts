import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, STACK_SOURCES } from '../../scripts/local/fingerprint.ts';
import { PROJECT, shared } from '../../scripts/local/paths.ts';
import type { Point } from './points.ts';
import type { PointAnswer } from './worker.ts';

/** A point and what came of it. */
export interface Result extends PointAnswer {
  readonly id: string;
  readonly point: Point;
}

/** Results of the sources as they are now, one JSON line each; other sources, other file. */
export function resultsFile(): string {
  const folder = shared('faults');
  mkdirSync(folder, { recursive: true });
  const sources = fingerprint(PROJECT, [
    ...STACK_SOURCES.filter((source) => source !== 'infra'),
    'test/faults',
    'test/support',
    'requirements-emulator.txt',
  ]);
  return join(folder, `${sources.slice(0, 16)}.jsonl`);
}

/** Results that are there; a line that a stopped run left half-written is not. */
export function readResults(file: string): Result[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const byId = new Map<string, Result>();
  for (const line of text.split('\n')) {
    try {
      const result = JSON.parse(line) as Result;
      byId.set(result.id, result);
    } catch {}
  }
  return [...byId.values()];
}

export function appendResult(file: string, result: Result): void {
  appendFileSync(file, `${JSON.stringify(result)}\n`);
}
