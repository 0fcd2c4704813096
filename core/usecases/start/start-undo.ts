import * as z from 'zod';
import type { ExecutionHistory, ExecutionStarter } from '../../aws/executions.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import { type Records, type Run, recordsSchema } from '../../storage/run.ts';
import { findRun } from '../../storage/run-index.ts';
import { defined } from '../../util/defined.ts';
import { markUndone } from '../lock/held.ts';

/** The part of Step Functions' status event that matters (EventBridge, source aws.states). */
export const executionEndedSchema = z.object({
  source: z.literal('aws.states'),
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    executionArn: z.string().min(1),
    name: z.string().min(1),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
  }),
});

export type ExecutionEnded = z.infer<typeof executionEndedSchema>;

export interface UndoStart {
  readonly started: boolean;
  readonly reason?: string;
}

/** Name of the execution that undoes a run; one per run, so that it is started once whoever asks first. */
export function undoName(runId: string): string {
  return `${runId}-undo`;
}

/** What of Step Functions the start of an undo needs. */
export type UndoStarter = ExecutionStarter & ExecutionHistory;

/** What the start of an undo works with. */
export interface Undoing {
  readonly store: ObjectStore;
  readonly undoMachineArn: string;
  readonly starter: UndoStarter;
}

/**
 * Starts the undo of a run under its own name; from then on the run changes nothing, should it be redriven. What the run's records have to say comes from the history of its execution,
 * which no function can write.
 */
export async function startUndo(
  run: Run,
  why: { readonly Error: string; readonly Cause: string },
  { store, undoMachineArn, starter }: Undoing,
): Promise<UndoStart> {
  if (!(await markUndone(run, store))) return { started: false, reason: 'it released the lock' };
  const records = await recordsOfPlan(run.arn, starter);
  const { started } = await starter.start(undoMachineArn, {
    name: undoName(run.id),
    input: JSON.stringify({
      operation: 'undo',
      run: { ...run, ...defined({ records }) },
      error: why,
    }),
  });
  return started ? { started } : { started, reason: 'it was started before' };
}

/** The state that hands on what a plan has to say. Nothing is changed before it is left. */
const PLANNING = 'PlanChanges';
/** The same of a run whose plan somebody had to approve. */
const CONFIRMING = 'ConfirmPlan';

const planned = z.object({
  plan: z.object({ records: recordsSchema.exactOptional(), needsApproval: z.boolean().exactOptional() }),
});

/**
 * Undefined for a run of a release of the pipeline that kept no digests. A run that was stopped while it waited for an approval
 * did nothing by its plan: what is there of it by now, somebody else made.
 */
async function recordsOfPlan(arn: string, history: ExecutionHistory): Promise<Records | undefined> {
  const state = await history.outputOf(arn, PLANNING);
  if (state === undefined) return { plan: 'none' };
  const { records, needsApproval = false } = planned.parse(state).plan;
  const isBegun = !needsApproval || (await history.outputOf(arn, CONFIRMING)) !== undefined;
  return isBegun ? records : { plan: 'none' };
}

/**
 * Starts the undo of a run that ended before its own undo did: it still holds its cluster's lock. A run that
 * had not identified its cluster, or released the lock, needs none.
 */
export async function undoIfAbandoned(
  { detail: { executionArn, name, status } }: ExecutionEnded,
  undoing: Undoing,
): Promise<UndoStart> {
  const cluster = await findRun(name, undoing.store);
  if (cluster === undefined) return { started: false, reason: 'it had not identified its cluster' };
  return startUndo({ id: name, arn: executionArn, cluster }, abandonment(status), undoing);
}

/** How a run ended that could not tell by itself. */
export function abandonment(status: string): { readonly Error: string; readonly Cause: string } {
  return status === 'ABORTED'
    ? { Error: 'ExecutionAborted', Cause: 'The execution was stopped by hand.' }
    : status === 'TIMED_OUT'
      ? { Error: 'ExecutionTimedOut', Cause: 'The execution took longer than the state machine allows.' }
      : {
          Error: 'ExecutionDied',
          Cause: `The execution ended as ${status} without coming to its undo states.`,
        };
}
