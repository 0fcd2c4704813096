import { expect, it } from 'vitest';
import { begun } from '../../../core/util/begun.ts';

it('throws at whoever awaits it', async () => {
  await expect(begun(Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('is no unhandled rejection where nobody does', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  begun(Promise.reject(new Error('no')));
  await new Promise((done) => setTimeout(done, 10));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
