import type { DeletionItem } from '../../domain/deletion/plan.ts';
import { type Rejection, rejection } from '../prepare/reject.ts';

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

/** The same as the end of an execution. */
export function rejectionOf(refusals: readonly Refusal[]): Rejection {
  return rejection(refusals.map((each) => ({ code: 'DeletionRefused', ...each })));
}
