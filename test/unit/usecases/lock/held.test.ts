import { describe, expect, it } from 'vitest';
import { LockLost } from '../../../../core/domain/errors.ts';
import * as documents from '../../../../core/storage/documents.ts';
import { checkHeld, checkUndoHolds, markUndone } from '../../../../core/usecases/lock/held.ts';
import { DEMO_RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';

const OWN = { execution: DEMO_RUN.arn, run: DEMO_RUN.id };
const OTHER = { execution: 'arn:other', run: 'other' };
const PLACE = { cluster: DEMO_RUN.cluster.name };

async function lockedBy(content: Parameters<typeof documents.lock.write>[1] | undefined) {
  const store = fakeStore();
  if (content !== undefined) await documents.lock.write(PLACE, content, store);
  return store;
}

describe('what changes something by the plan of a run', () => {
  it('goes on while the run holds the lock of its cluster', async () => {
    await expect(checkHeld(DEMO_RUN, await lockedBy(OWN))).resolves.toBeUndefined();
  });

  it.each([
    ['nobody holds the lock', undefined, 'does not hold the lock of cluster demo any more:'],
    ['another run holds it', OTHER, 'which other has'],
    ['the undo of the run was started', { ...OWN, isUndone: true } as const, 'its undo was started'],
  ])('is refused where %s', async (_, content, why) => {
    const refused = checkHeld(DEMO_RUN, await lockedBy(content));
    await expect(refused).rejects.toThrow(LockLost);
    await expect(refused).rejects.toThrow(why);
  });
});

describe('what undoes a run', () => {
  it.each([
    ['the run', OWN],
    ['the run that it undoes', { ...OWN, isUndone: true } as const],
  ])('goes on while the lock is held by %s', async (_, content) => {
    await expect(checkUndoHolds(DEMO_RUN, await lockedBy(content))).resolves.toBeUndefined();
  });

  it.each([
    ['nobody', undefined],
    ['another run', OTHER],
  ])('is refused once the lock is held by %s', async (_, content) => {
    await expect(checkUndoHolds(DEMO_RUN, await lockedBy(content))).rejects.toThrow(LockLost);
  });
});

describe('the start of an undo', () => {
  it('is noted in the lock, once', async () => {
    const store = await lockedBy(OWN);
    await expect(markUndone(DEMO_RUN, store)).resolves.toBe(true);
    await expect(markUndone(DEMO_RUN, store)).resolves.toBe(true);
    expect((await documents.lock.read(PLACE, store))?.value).toEqual({ ...OWN, isUndone: true });
  });

  it.each([
    ['nobody', undefined],
    ['another run', OTHER],
  ])('is not where the lock is held by %s', async (_, content) => {
    const store = await lockedBy(content);
    await expect(markUndone(DEMO_RUN, store)).resolves.toBe(false);
    expect((await documents.lock.read(PLACE, store))?.value).toEqual(content);
  });
});
