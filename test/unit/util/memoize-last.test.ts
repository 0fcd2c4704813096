import { describe, expect, it, vi } from 'vitest';
import { memoize } from '../../../core/util/memoize.ts';
import { memoizeLast } from '../../../core/util/memoize-last.ts';

describe('the latest answer', () => {
  it('is read once for the same key, even while it is on its way', async () => {
    const remember = memoizeLast<number>();
    const read = vi.fn(async () => 1);
    await Promise.all([remember('a', read), remember('a', read)]);
    await expect(remember('a', read)).resolves.toBe(1);
    expect(read).toHaveBeenCalledOnce();
  });

  it('is forgotten for another key, so that no run sees files of another', async () => {
    const remember = memoizeLast<string>();
    await remember('a', async () => 'a1');
    await expect(remember('b', async () => 'b1')).resolves.toBe('b1');
    await expect(remember('a', async () => 'a2')).resolves.toBe('a2');
  });

  it('is not remembered when reading failed', async () => {
    const remember = memoizeLast<number>();
    await expect(remember('a', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    await expect(remember('a', async () => 2)).resolves.toBe(2);
  });

  it('stays when the reading of an older key fails late', async () => {
    const remember = memoizeLast<number>();
    const late = Promise.withResolvers<number>();
    const older = remember('a', () => late.promise);
    await remember('b', async () => 2);
    late.reject(new Error('x'));
    await expect(older).rejects.toThrow();
    await expect(remember('b', async () => 3)).resolves.toBe(2);
  });
});

it('a thing that is made once is the same for the same key, and another for another', () => {
  const make = vi.fn((key: string) => ({ key }));
  const made = memoize(make);
  expect(made('a')).toBe(made('a'));
  expect(made('b')).not.toBe(made('a'));
  expect(make).toHaveBeenCalledTimes(2);
});
