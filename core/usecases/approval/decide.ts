import type { CallerProof } from '../../aws/caller-identity.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { TaskResponses } from '../../aws/task-responses.ts';
import { APPROVAL_REFUSED, decisionStatement, type Verdict } from '../../domain/approval.ts';
import { DecisionRefused } from '../../domain/errors.ts';
import { digestOf } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import { defined } from '../../util/defined.ts';
import { visible } from '../../util/visible.ts';

/** What somebody says of a run that waits. */
export interface Deciding {
  /** Name of the execution. */
  readonly run: string;
  readonly verdict: Verdict;
  /** SHA-256 of the plan that he looked at. */
  readonly plan: string;
  readonly reason?: string;
  /** A request that he signed, with what he decided in it. */
  readonly caller: CallerProof;
}

export interface DecisionAccess {
  readonly store: ObjectStore;
  readonly responses: TaskResponses;
  /** Whose identities may decide: a name of another account says nothing to whoever reads a report here. */
  readonly accountId: string;
  /** ARN of whoever signed, as STS knows him. Throws DecisionRefused where it does not. */
  readonly callerOf: (proof: CallerProof, statement: string) => Promise<string>;
}

/**
 * Takes a decision: keeps whose it is, and lets the run go on or ends it. The first one counts; the same once more sends the
 * answer again, for whoever lost it. Throws DecisionRefused where nothing waits for it.
 */
export async function decide(
  { run, verdict, plan, reason, caller }: Deciding,
  { store, responses, callerOf, accountId }: DecisionAccess,
): Promise<documents.Decision> {
  const request = (await documents.approvalRequest.read({ run }, store))?.value;
  if (request === undefined)
    throw new DecisionRefused(
      `No run ${run} waits for an approval. \`sts-prep status\` lists those that do.`,
    );
  if (request.plan !== plan)
    throw new DecisionRefused(
      `That is a decision about another plan than the one that run ${run} waits with. Look at its plan, and decide again.`,
    );
  const by = await callerOf(caller, decisionStatement(verdict, run, plan));
  if (by.split(':')[4] !== accountId)
    throw new DecisionRefused(
      `${by} is of another account. Decide with credentials of account ${accountId}, such as those of a role in it.`,
    );
  const place = { run, cluster: request.cluster.name };
  // It comes to stand in consoles and reports.
  const why = reason === undefined ? undefined : visible(reason);
  const mine = { verdict, by, at: new Date().toISOString(), plan, ...defined({ reason: why }) };
  const isFirst = await documents.decision.write(place, mine, store, { onlyIf: 'absent' });
  const decision = isFirst === undefined ? (await documents.decision.readExisting(place, store)).value : mine;
  if (decision.verdict !== verdict || decision.plan !== plan)
    throw new DecisionRefused(`Run ${run} was ${decision.verdict} by ${decision.by} at ${decision.at}.`);
  if (verdict === 'approved')
    await responses.succeed(request.token, { decision: digestOf(documents.decision.format(decision)) });
  else await responses.fail(request.token, { error: APPROVAL_REFUSED, cause: refusal(decision) });
  return decision;
}

function refusal({ by, reason }: documents.Decision): string {
  return `${by} refused the plan${reason === undefined ? '.' : `: ${reason}`}`;
}
