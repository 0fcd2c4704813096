import type { DeletionItem } from '../../domain/deletion/plan.ts';

/** What was found of one part of a cluster. */
export interface Observed {
  readonly items: readonly DeletionItem[];
  /** Why nothing may be removed. */
  readonly refusals: readonly Refusal[];
}

/** What stands against a deletion, and what to do about it. */
export interface Refusal {
  readonly message: string;
  readonly remedy: string;
}
