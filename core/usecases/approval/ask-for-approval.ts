import type { ObjectStore } from '../../aws/object-store.ts';
import type { PublishMessage } from '../../aws/topic.ts';
import { APPROVAL_SECONDS, approveCommand, refuseCommand } from '../../domain/approval.ts';
import * as documents from '../../storage/documents.ts';
import type { Run } from '../../storage/run.ts';
import { indexRun } from '../../storage/run-index.ts';

/** What is to be approved. */
export interface PlanToApprove {
  readonly run: Run;
  readonly operation: string;
  /** Lets the execution go on. */
  readonly token: string;
  /** SHA-256 of the plan's document. */
  readonly digest: string;
  /** Key of the plan as people read it, in the output bucket. */
  readonly page: string;
  readonly summary: string;
}

/**
 * Keeps the token of a run that waits for an approval, and tells the operators where its plan is and what to do. A token is good
 * for one attempt: a later one replaces it. Throws what S3 and SNS throw.
 */
export async function askForApproval(
  asked: PlanToApprove,
  {
    store,
    bucket,
    publish,
  }: {
    readonly store: ObjectStore;
    /** Name of the output bucket. */
    readonly bucket: string;
    readonly publish: (message: Parameters<PublishMessage>[1]) => Promise<void>;
  },
): Promise<void> {
  const { run, token, digest } = asked;
  const now = new Date();
  // Whoever decides has the name of the run; only of a deletion is it not noted yet which cluster that is for.
  await indexRun(run.id, run.cluster, store);
  await documents.approvalRequest.write(
    { run: run.id },
    { cluster: run.cluster, token, plan: digest, askedAt: now.toISOString() },
    store,
  );
  // Before this the run cannot be approved, so nobody is told of it earlier.
  await publish(approvalMessage(asked, bucket, new Date(now.getTime() + APPROVAL_SECONDS * 1_000)));
}

/** What the operators are told; SNS allows 100 ASCII characters for a subject. */
export function approvalMessage(
  { run, operation, page, summary }: PlanToApprove,
  bucket: string,
  until: Date,
): { readonly subject: string; readonly message: string } {
  return {
    subject: `sts-prep: approve ${operation} of ${run.cluster.name}?`.slice(0, 100),
    message: [
      `Run ${run.id} (${operation} of cluster ${run.cluster.name}) changes nothing until somebody approves its plan, and ends without a change on ${until.toISOString().slice(0, 16)}Z.`,
      `Plan: ${summary}`,
      `Page: s3://${bucket}/${page}`,
      `Approve it: ${approveCommand(run.id)}`,
      `Refuse it: ${refuseCommand(run.id)}`,
    ].join('\n'),
  };
}
