import { CLUSTER_OPERATIONS, clusterRun, type Operation } from './operations.ts';

/** What `approval` in cluster.yaml may say. */
export const APPROVALS = ['required', 'none'] as const;

/** Operations whose plans a deployment may want to have approved: all that change a cluster. An adoption changes none. */
export const APPROVABLE: readonly Operation[] = [
  ...CLUSTER_OPERATIONS.filter((name) => clusterRun(name).registersOnly !== true),
  'delete',
];

export type Approval = (typeof APPROVALS)[number];

/** How the wait for an approval fails: the names of the errors that a run ends with. */
export const APPROVAL_REFUSED = 'ApprovalRefused';
export const APPROVAL_TIMED_OUT = 'ApprovalTimedOut';

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
