import type { ObjectStore } from '../../aws/object-store.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import type { Plan, Removals } from '../../domain/plan.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import type { UndoAttempt } from '../../resources/undoing.ts';
import type { Run } from '../../storage/run.ts';
import { type RunFiles, runFiles } from '../../storage/run-files.ts';
import { checkUndoHolds } from '../lock/held.ts';

/**
 * The undo steps, in the order the state machine goes through them (last made, first undone), and where it
 * keeps what they returned or failed with. A step that left nothing there was not entered: the run never
 * came to what it would undo.
 */
export const UNDO_STEPS = {
  'undo-secrets': 'undoSecrets',
  'undo-roles': 'undoRoles',
  'undo-provider': 'undoProvider',
  'undo-documents': 'undoDocuments',
  'undo-key-pair': 'undoKeyPair',
} as const;

export type UndoStep = keyof typeof UNDO_STEPS;

/** The undo steps that an execution entered, by its state. */
export function enteredUndoSteps(state: object): readonly UndoStep[] {
  return (Object.keys(UNDO_STEPS) as UndoStep[]).filter((step) => UNDO_STEPS[step] in state);
}

/** What an undo step works from. */
export interface Ledger {
  readonly desired: DesiredState;
  readonly plan: Plan;
  /** What the run may have taken away; nothing before it came to that. */
  readonly removed: Pick<Removals, 'roles' | 'manifests'>;
}

/**
 * Runs one undo step from the run's plan and keeps its outcomes for the report. Without a plan nothing was
 * changed and there is nothing to undo. What cannot be undone is an outcome, not an error; but a fault that may pass is
 * thrown once all was tried and is on record, so that the state machine tries again before anything counts as left. Throws
 * LockLost, too.
 */
export async function undoStep(
  step: UndoStep,
  run: Run,
  store: ObjectStore,
  undo: (ledger: Ledger) => Promise<readonly UndoAttempt[]>,
): Promise<{ readonly undone: number; readonly left: number }> {
  const files = runFiles(run, store);
  const plan = await files.plan();
  const attempts = plan === undefined ? [] : await undo(await heldLedger(plan, run, store));
  const outcomes =
    attempts.length === 0 ? [] : keepUndone(attempts.map(outcomeOf), await earlierOutcomes(step, files));
  await files.recordUndo(step, outcomes);
  const passing = attempts.find((attempt) => attempt.passing !== undefined)?.passing;
  if (passing !== undefined) throw passing;
  const count = (outcome: UndoOutcome['outcome']) =>
    outcomes.filter((each) => each.outcome === outcome).length;
  return { undone: count('undone'), left: count('left') };
}

/** Once another run has had the cluster's lock, what is there may be its work. */
async function heldLedger(plan: Plan, run: Run, store: ObjectStore): Promise<Ledger> {
  const [ledger] = await Promise.all([readLedger(plan, runFiles(run, store)), checkUndoHolds(run, store)]);
  return ledger;
}

async function readLedger(plan: Plan, files: RunFiles): Promise<Ledger> {
  const { removals } = plan;
  const [desired, hasBegun] = await Promise.all([
    files.desired(),
    removals === undefined ? false : files.hasBegunRemoval(),
  ]);
  const nothing = { roles: [], manifests: [] };
  if (desired === undefined) throw new Error('There is a plan, and its desired state is gone.');
  return { desired: desired.value, plan, removed: hasBegun ? (removals ?? nothing) : nothing };
}

function outcomeOf({ passing: _, ...outcome }: UndoAttempt): UndoOutcome {
  return outcome;
}

/** They only make the report better, so an undo must not fail because they cannot be read. */
async function earlierOutcomes(step: UndoStep, files: RunFiles): Promise<readonly UndoOutcome[] | undefined> {
  try {
    return (await files.undo([step])).get(step);
  } catch {
    return undefined;
  }
}

/** An attempt whose answer was lost has undone what the next one finds untouched. */
function keepUndone(
  outcomes: readonly UndoOutcome[],
  earlier: readonly UndoOutcome[] = [],
): readonly UndoOutcome[] {
  const undone = new Map(
    earlier.flatMap((each) => (each.outcome === 'undone' ? [[each.resource, each] as const] : [])),
  );
  return outcomes.map((each) => (each.outcome === 'untouched' ? (undone.get(each.resource) ?? each) : each));
}
