import { describe, expect, it } from 'vitest';
import { allSettledOrThrow, eachSettledOrThrow } from '../../../core/util/all-settled.ts';

describe('waiting for several writes', () => {
  it('gives all values in order', async () => {
    await expect(allSettledOrThrow([Promise.resolve(1), Promise.resolve('a')])).resolves.toEqual([1, 'a']);
  });

  it('does not end before the last has ended, even if the first fails', async () => {
    const slow = Promise.withResolvers<void>();
    let ended = false;
    const waiting = allSettledOrThrow([Promise.reject(new Error('first')), slow.promise]).finally(() => {
      ended = true;
    });
    waiting.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    slow.resolve();
    await expect(waiting).rejects.toThrow('first');
  });

  it('throws the first failure in order', async () => {
    const failures = [Promise.resolve(), Promise.reject(new Error('b')), Promise.reject(new Error('c'))];
    await expect(allSettledOrThrow(failures)).rejects.toThrow('b');
  });
});

describe('a write for each of several items', () => {
  it('does not begin another one after a failure, and ends when those that began have', async () => {
    const slow = Promise.withResolvers<void>();
    const begun: number[] = [];
    let ended = false;
    const writing = eachSettledOrThrow(
      [1, 2, 3],
      (item) => {
        begun.push(item);
        return item === 1 ? slow.promise : Promise.reject(new Error(`item ${item}`));
      },
      2,
    ).finally(() => {
      ended = true;
    });
    writing.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    slow.resolve();
    await expect(writing).rejects.toThrow('item 2');
    expect(begun).toEqual([1, 2]);
  });
});
