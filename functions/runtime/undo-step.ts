import type { ObjectStore } from '../aws/object-store.ts';
import type { DesiredState } from '../domain/desired-state.ts';
import type { Plan } from '../domain/plan.ts';
import type { UndoOutcome } from '../resources/undo-outcome.ts';
import type { Run } from './run.ts';
import { runFiles } from './run-files.ts';

/** The undo steps, in the order the state machine goes through them: last made, first undone. */
export const UNDO_STEPS = [
  'undo-secrets',
  'undo-roles',
  'undo-provider',
  'undo-documents',
  'undo-key-pair',
] as const;

export type UndoStep = (typeof UNDO_STEPS)[number];

/**
 * Runs one undo step from the run's plan and keeps its outcomes for the report. Without a plan nothing was
 * changed and there is nothing to undo. What cannot be undone is an outcome, not an error.
 */
export async function undoStep(
  step: UndoStep,
  run: Run,
  store: ObjectStore,
  undo: (ledger: { readonly desired: DesiredState; readonly plan: Plan }) => Promise<readonly UndoOutcome[]>,
): Promise<{ readonly undone: number; readonly left: number }> {
  const files = runFiles(run, store);
  const plan = await files.plan();
  const outcomes = plan === undefined ? [] : await undo({ desired: await files.desired(), plan });
  await files.recordUndo(step, outcomes);
  const count = (outcome: UndoOutcome['outcome']) =>
    outcomes.filter((each) => each.outcome === outcome).length;
  return { undone: count('undone'), left: count('left') };
}
