import pMap from 'p-map';

/**
 * Waits for all of the promises, then gives their values or throws the first failure. Writes go through here
 * instead of `Promise.all`: a task must not end while one is on the way, or it lands behind the undo's back.
 */
export async function allSettledOrThrow<Promises extends readonly unknown[] | []>(
  promises: Promises,
): Promise<{ -readonly [Index in keyof Promises]: Awaited<Promises[Index]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** The same for one write per item, a few at a time. After a failure no further one is begun. */
export async function eachSettledOrThrow<Item>(
  items: readonly Item[],
  write: (item: Item) => Promise<unknown>,
  concurrency: number,
): Promise<void> {
  const started: Promise<unknown>[] = [];
  const start = (item: Item) => {
    const writing = write(item);
    started.push(writing);
    return writing;
  };
  await pMap(items, start, { concurrency }).finally(() => allSettledOrThrow(started));
}
