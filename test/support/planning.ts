import { executionOf } from '../../core/usecases/start/start-run.ts';
import type { TestAccount } from './account.ts';
import { type Outcome, PLAN_ASL, runMachine } from './in-process.ts';

let plans = 0;

/** Uploads a bundle below `plan/` and runs the state machine on it, as StartRun starts it. */
export async function runPlan(
  account: Pick<TestAccount, 'intake' | 'upload'>,
  key: string,
  bytes: Uint8Array,
): Promise<Outcome & { readonly run: string }> {
  const versionId = await account.upload(`plan/${key}`, bytes);
  const detail = {
    bucket: { name: account.intake },
    object: { key: `plan/${key}`, 'version-id': versionId },
  };
  const execution = executionOf({ source: 'aws.s3', 'detail-type': 'Object Created', detail });
  if (execution?.machine !== 'plan') throw new Error(`${key} is planned by ${execution?.machine}.`);
  plans += 1;
  const run = `plan-${plans}`;
  const arn = `arn:aws:states:us-east-1:000000000000:execution:plan:${run}`;
  return { ...(await runMachine(PLAN_ASL, run, JSON.parse(execution.input), arn)), run };
}
