import * as z from 'zod';
import type { Deciding } from '../../core/usecases/approval/decide.ts';
import type { Deployment } from '../deployment.ts';
import { ClientError, EXIT } from '../errors.ts';
import { json } from '../run-events.ts';

const answer = z.object({ by: z.string() });
const failure = z.object({ errorMessage: z.string() });

/** Has the pipeline take a decision; returns whose it is. Throws ClientError where it does not. */
export async function invoke(
  { region, decideRunArn, connection }: Deployment,
  decision: Deciding,
): Promise<{ readonly by: string }> {
  if (decideRunArn === undefined)
    throw new ClientError(
      'This deployment knows no approvals.',
      'Deploy the release that this client is of: `npm run deploy`.',
      EXIT.unreachable,
    );
  const { LambdaClient, InvokeCommand } = await import('@aws-sdk/client-lambda');
  const { Payload, FunctionError } = await new LambdaClient({ region, ...connection }).send(
    new InvokeCommand({ FunctionName: decideRunArn, Payload: JSON.stringify(decision) }),
  );
  const said = json(Payload && new TextDecoder().decode(Payload));
  if (FunctionError !== undefined)
    throw new ClientError(
      failure.safeParse(said).data?.errorMessage ?? 'The decision was not taken, and nothing says why.',
      'The runbook has `DecisionRefused`; `sts-prep status` lists the runs that are under way.',
      EXIT.refused,
    );
  return answer.parse(said);
}
