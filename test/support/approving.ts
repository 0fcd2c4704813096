import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { signDecision } from '../../cli/approval/sign-decision.ts';
import type { Verdict } from '../../core/domain/approval.ts';
import { digestOf } from '../../core/storage/document.ts';
import type { Deciding } from '../../core/usecases/approval/decide.ts';
import type { TestAccount } from './account.ts';
import type { Intercept } from './in-process.ts';

/** The topic that the operators are told by. */
export async function makeTopic(): Promise<void> {
  await new SNSClient({}).send(new CreateTopicCommand({ Name: 'operators' }));
}

/** What a reviewer does while a run waits. */
export interface Reviewer {
  readonly verdict: Verdict;
  readonly reason?: string;
  /** What happens in the account before. */
  readonly meanwhile?: () => Promise<void>;
  /** What is decided in place of what he would say. */
  readonly otherwise?: Partial<Deciding>;
}

/** Lets a run wait for a decision as Step Functions would, and decides with the client's signature and the real function. */
export function reviewedBy(
  account: TestAccount,
  cluster: string,
  { verdict, reason, meanwhile, otherwise }: Reviewer,
): Intercept {
  return async (functionName, event, call) => {
    const asked = await call();
    if (functionName !== 'ask-for-approval') return asked;
    await meanwhile?.();
    const { run, plan } = event as Asked;
    return decided({
      run: run.id,
      verdict,
      plan: plan.digest,
      ...(reason === undefined ? {} : { reason }),
      caller: await signDecision(verdict, run.id, await digestOfPlan(account, cluster, run.id), 'us-east-1'),
      ...otherwise,
    });
  };
}

/** SHA-256 of the plan that a reviewer reads. */
async function digestOfPlan(account: TestAccount, cluster: string, run: string): Promise<string> {
  const folder = `clusters/${cluster}/runs/${run}/`;
  const plan =
    (await account.read(`${folder}deletion.json`)) ?? (await account.read(`${folder}plan-report.json`));
  return digestOf(plan ?? '');
}

/**
 * What the function has Step Functions told: an answer, or an error by its name. Step Functions knows nothing of executions of this
 * process, so it is a double.
 */
export async function decided(decision: Deciding): Promise<unknown> {
  const sfn = mockClient(SFNClient);
  try {
    sfn.onAnyCommand().resolves({});
    // Made anew with each account, like all handlers.
    const { handler } = await import('../../functions/approval/decide-run.ts');
    await handler(decision, { functionName: 'decide-run' } as Context);
    const [success] = sfn.commandCalls(SendTaskSuccessCommand);
    if (success !== undefined) return JSON.parse(success.args[0].input.output ?? '');
    const [failure] = sfn.commandCalls(SendTaskFailureCommand);
    const { error = '', cause = '' } = failure?.args[0].input ?? {};
    throw Object.assign(new Error(cause), { name: error });
  } finally {
    sfn.restore();
  }
}

/** What a function that asks is told of the run. */
interface Asked {
  readonly run: { readonly id: string };
  readonly plan: { readonly digest: string };
}

/** What whoever approves says of a run that asks. */
export async function approvalOf(event: unknown): Promise<Deciding> {
  const { run, plan } = event as Asked;
  const caller = await signDecision('approved', run.id, plan.digest, 'us-east-1');
  return { run: run.id, verdict: 'approved', plan: plan.digest, caller };
}
