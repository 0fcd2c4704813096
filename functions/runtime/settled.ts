/**
 * Waits for all of the promises, then gives their values or throws the first failure. Writes go through here
 * instead of `Promise.all`: a task must not end while one is on the way, or it lands behind the undo's back.
 */
export async function settled<Promises extends readonly unknown[] | []>(
  promises: Promises,
): Promise<{ -readonly [Index in keyof Promises]: Awaited<Promises[Index]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
