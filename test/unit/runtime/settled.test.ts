import { describe, expect, it } from 'vitest';
import { settled } from '../../../functions/runtime/settled.ts';

describe('waiting for several writes', () => {
  it('gives all values in order', async () => {
    await expect(settled([Promise.resolve(1), Promise.resolve('a')])).resolves.toEqual([1, 'a']);
  });

  it('does not end before the last has ended, even if the first fails', async () => {
    const slow = Promise.withResolvers<void>();
    let ended = false;
    const waiting = settled([Promise.reject(new Error('first')), slow.promise]).finally(() => {
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
    await expect(settled(failures)).rejects.toThrow('b');
  });
});
