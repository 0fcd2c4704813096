import type { PlanOutdated } from './errors.ts';
import {
  CLUSTER_OPERATIONS,
  clusterRun,
  OPERATION_NAMES,
  type Operation,
  operationFacts,
} from './operations.ts';

/** What `approval` in cluster.yaml may say. */
export const APPROVALS = ['required', 'none'] as const;

const DELETIONS = OPERATION_NAMES.filter((name) => operationFacts(name).plansItself === true);

/** Operations whose plans a deployment may want to have approved: all that change a cluster. An adoption changes none. */
export const APPROVABLE: readonly Operation[] = [
  ...CLUSTER_OPERATIONS.filter((name) => clusterRun(name).registersOnly !== true),
  ...DELETIONS,
];

/** Whether a deployment wants every deletion approved. */
export function approvesDeletions(operations: readonly string[]): boolean {
  return DELETIONS.some((name) => operations.includes(name));
}

/** Characters that a reason of a decision may have; it goes into a report and the cause of an execution. */
export const REASON_LIMIT = 1_000;

export type Approval = (typeof APPROVALS)[number];

/** How the wait for an approval fails: the names of the errors that a run ends with. */
export const APPROVAL_REFUSED = 'ApprovalRefused';
export const APPROVAL_TIMED_OUT = 'ApprovalTimedOut';

/** What a run, or a deletion, came to that was not approved, or not in time. */
export const UNAPPROVED_OUTCOMES = ['approval-refused', 'approval-timed-out', 'plan-outdated'] as const;

export type UnapprovedOutcome = (typeof UNAPPROVED_OUTCOMES)[number];

const OUTCOMES: ReadonlyMap<string, UnapprovedOutcome> = new Map([
  [APPROVAL_REFUSED, 'approval-refused'],
  [APPROVAL_TIMED_OUT, 'approval-timed-out'],
  ['PlanOutdated' satisfies PlanOutdated['name'], 'plan-outdated'],
]);

/** What a run came to by the error that ended its wait; undefined of any other error. */
export function unapproved(error: string): UnapprovedOutcome | undefined {
  return OUTCOMES.get(error);
}

/** Seconds that a run waits for somebody to decide: over a weekend. Its cluster's lock is held meanwhile. */
export const APPROVAL_SECONDS = 3 * 86_400;

export type Verdict = 'approved' | 'refused';

/**
 * What the caller's signature stands under, besides who he is: a header of the signed request. So nobody can make another
 * decision, or one of another plan, of a request that he came by.
 *
 * @param plan SHA-256 of the plan that was looked at.
 */
export function decisionStatement(verdict: Verdict, run: string, plan: string): string {
  return `${verdict} ${run} ${plan}`;
}

/** The header of it. */
export const DECISION_HEADER = 'x-sts-prep-decision';

/** What the client is told so that a run goes on that waits. */
export function approveCommand(run: string): string {
  return `sts-prep approve ${run}`;
}

/** The same, so that it ends. */
export function refuseCommand(run: string): string {
  return `sts-prep refuse ${run} --reason "why"`;
}
