import { pascalCase } from '../../core/runtime/function.ts';
import { UNDO_STEPS, type UndoStep } from '../../core/usecases/undo/undo-step.ts';
import type { State, States } from './asl.ts';
import { caughtBy, task } from './task.ts';

const COMMENTS: Readonly<Record<UndoStep, string>> = {
  'undo-secrets': 'Rolls back the manifests, archive and registry entry that this run wrote.',
  'undo-roles': 'Deletes the roles this run made and restores those it changed.',
  'undo-provider': 'Deletes or restores the IAM OIDC provider.',
  'undo-documents':
    'Restores the issuer, or deletes what this run made of it; the bucket only once no provider trusts it.',
  'undo-key-pair': 'Deletes the key pair this run made.',
};

/** Pauses before an undo step that would take what is not seen yet for what was never made. */
const PAUSES: { readonly [Step in UndoStep]?: string } = { 'undo-documents': 'WaitForBucketConsistency' };

type RunParameters = { readonly run: object } | { readonly 'run.$': string };

/**
 * The way back of a run: every undo step in its order, whatever becomes of each, then the report and the lock.
 * It goes on with ChooseOutcome, which each machine has for itself.
 *
 * @param planned The run to undo, as parameters of a task.
 * @param failed The same for what comes also where no plan was made.
 */
export function undoChain(planned: RunParameters, failed = planned): States {
  const steps = Object.keys(UNDO_STEPS) as UndoStep[];
  return {
    ...Object.fromEntries(
      steps.map((step, index) => [
        pascalCase(step),
        undo(step, planned, steps[index + 1] ?? 'report-failure'),
      ]),
    ),
    WaitForBucketConsistency: settle(
      'S3, which may say of a new bucket that there is none,',
      'UndoDocuments',
    ),
    ReportFailure: task('report-failure', {
      Comment: 'Writes what happened, what was undone and what is left, and says how the execution ends.',
      Parameters: { ...failed, 'state.$': '$' },
      ResultPath: '$.failure',
      ...caughtBy('ReportNotWritten', '$.failureError'),
      Next: 'UnlockAfterFailure',
    }),
    ReportNotWritten: {
      Comment:
        'Without the report nobody can say that nothing is left, so the run counts as not rolled back.',
      Type: 'Pass',
      Parameters: {
        outcome: 'rollback-incomplete',
        'error.$': '$.failureError.Error',
        'cause.$': '$.failureError.Cause',
      },
      ResultPath: '$.failure',
      Next: 'UnlockAfterFailure',
    },
    UnlockAfterFailure: task('unlock', {
      Comment: "Releases the cluster's lock, if this run holds it.",
      Parameters: failed,
      ResultPath: null,
      ...caughtBy('ChooseOutcome', '$.unlockError'),
      Next: 'ChooseOutcome',
    }),
  };
}

/** ReportFailure tells by the result, which may be an error, that the step was entered. */
function undo(step: UndoStep, Parameters: RunParameters, next: UndoStep | 'report-failure'): State {
  const result = `$.${UNDO_STEPS[step]}`;
  const Next = (next === 'report-failure' ? undefined : PAUSES[next]) ?? pascalCase(next);
  return task(step, {
    Comment: COMMENTS[step],
    Parameters,
    ResultPath: result,
    ...caughtBy(Next, result),
    Next,
  });
}

/** A pause before an undo step. */
export function settle(service: string, undo: string): State {
  return {
    Comment: `${service} is eventually consistent: what was made a moment ago might not be seen yet, and would be left behind.`,
    Type: 'Wait',
    Seconds: 25,
    Next: undo,
  };
}

/** An end that says what ReportFailure found. */
export function failed(Comment: string): State {
  return { Comment, Type: 'Fail', ErrorPath: '$.failure.error', CausePath: '$.failure.cause' };
}

/** The end of a run whose undo is not complete. */
export const ROLLBACK_INCOMPLETE = failed(
  'Something this run made or changed is still there; the failure report lists it with the commands that finish the job.',
);
