import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locked } from '../../../scripts/local/lock.ts';

let folder: string;
let file: string;
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sts-prep-lock-'));
  file = join(folder, 'below', 'any.lock');
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hold = <Result>(work: () => Promise<Result>, signal?: AbortSignal) =>
  locked(file, work, (topic, text) => told.push(`${topic} ${text}`), signal);

/** Larger than any process id. */
const NO_PROCESS = 2 ** 30;

describe('work under a lock', () => {
  it('is done one after the other; who waits says so once, and for whom', async () => {
    const steps: string[] = [];
    const first = Promise.withResolvers<void>();
    const one = hold(async () => {
      steps.push('one begins');
      await first.promise;
      steps.push('one ends');
    });
    const two = hold(async () => steps.push('two begins'));
    setImmediate(first.resolve);
    await Promise.all([one, two]);
    expect(steps).toEqual(['one begins', 'one ends', 'two begins']);
    expect(told).toEqual([
      `waiting for another command (process ${process.pid}; if that is none, remove ${file})`,
    ]);
  });

  it('leaves nothing behind, whether it succeeds or fails', async () => {
    await expect(hold(async () => readFileSync(file, 'utf8'))).resolves.toBe(String(process.pid));
    await expect(hold(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(join(folder, 'below'))).toEqual([]);
  });

  it('does not wait for a process that was killed with the lock in hand', async () => {
    await hold(async () => undefined);
    writeFileSync(file, String(NO_PROCESS));
    await hold(async () => undefined);
    expect(told).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  it('is not waited for after Ctrl-C', async () => {
    await hold(async () => {
      await expect(hold(async () => undefined, AbortSignal.abort())).rejects.toThrow(/abort/i);
    });
  });
});
