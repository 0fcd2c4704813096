import { APPROVAL_SECONDS, APPROVAL_TIMED_OUT, type UnapprovedOutcome } from '../../core/domain/approval.ts';
import type { Choice, State, States } from './asl.ts';
import { RUN } from './run-parameters.ts';
import { caughtBy, TIMEOUT, waitingTask } from './task.ts';

const ENDS: Readonly<Record<UnapprovedOutcome, string>> = {
  'approval-refused': 'ApprovalRefused',
  'approval-timed-out': 'ApprovalTimedOut',
  'plan-outdated': 'PlanOutdated',
};

/**
 * The states that a run ends in which was not approved, or not in time.
 *
 * @param outcome Where the state has what the run came to.
 */
export function unapprovedEnds(outcome: string): readonly Choice[] {
  return Object.entries(ENDS).map(([StringEquals, Next]) => ({ Variable: outcome, StringEquals, Next }));
}

/** Whether the plan says that somebody has to approve it. */
export function needsApproval(ask: string, others: string): State {
  return {
    Comment:
      'Whether somebody has to approve the plan: the cluster demands it, or the deployment does of this operation.',
    Type: 'Choice',
    Choices: [{ Variable: '$.plan.needsApproval', BooleanEquals: true, Next: ask }],
    Default: others,
  };
}

/**
 * The wait for somebody's decision. The lock is held meanwhile, so that no other run makes another cluster of it.
 *
 * @param published Where the state has what is said of the plan: `digest`, `page`, `summary`.
 * @param decided The state that goes on with what was approved.
 * @param failed The state that goes on with anything else; nothing was changed.
 */
export function approval({
  published,
  decided,
  failed,
}: {
  readonly published: string;
  readonly decided: string;
  readonly failed: string;
}): States {
  const { Catch } = caughtBy(failed);
  return {
    AskForApproval: waitingTask('ask-for-approval', APPROVAL_SECONDS, {
      Comment:
        'Tells the operators where the plan is, and waits until somebody approves or refuses it with the client. No function runs meanwhile.',
      Parameters: { run: RUN, 'operation.$': '$.operation', 'plan.$': published },
      ResultPath: '$.approval',
      Catch: [{ ErrorEquals: [TIMEOUT], ResultPath: '$.error', Next: 'NobodyDecided' }, ...Catch],
      Next: decided,
    }),
    NobodyDecided: {
      Comment: 'Says by name what a time limit of Step Functions means here.',
      Type: 'Pass',
      Parameters: {
        Error: APPROVAL_TIMED_OUT,
        Cause: `Nobody approved or refused the plan within ${APPROVAL_SECONDS / 3_600} hours. Upload the bundle again for a new plan.`,
      },
      ResultPath: '$.error',
      Next: failed,
    },
  };
}

/** What a task is told of the approval: the decision that the answer named, and the plan that was asked about. */
export function approvedPlan(published: string): object {
  return { 'decision.$': '$.approval.decision', 'plan.$': `${published}.digest` };
}
