import type { DeletionItem } from '../domain/deletion/plan.ts';
import { passingFault } from './undoing.ts';

/** What came of one try to remove something for good. */
export interface RemovalAttempt extends DeletionItem {
  /** Why the next try may come further; absent where another try changes nothing. */
  readonly passing?: Error;
}

/** Runs one removal. An error becomes `left`, so that the others are still tried; one that may pass is kept with it. */
export async function removing(
  resource: string,
  commands: readonly string[],
  remove: () => Promise<RemovalAttempt>,
): Promise<RemovalAttempt> {
  try {
    return await remove();
  } catch (error) {
    const { name, message } = error as Error;
    const left = { resource, outcome: 'left', detail: `${name}: ${message}`, commands } as const;
    const passing = passingFault(error);
    return passing === undefined ? left : { ...left, passing };
  }
}
