import * as z from 'zod';
import type { DecisionRefused } from '../../core/domain/errors.ts';
import type { Deciding } from '../../core/usecases/approval/decide.ts';
import type { Deployment } from '../deployment.ts';
import { ClientError, EXIT } from '../errors.ts';
import { json } from '../run-events.ts';

const answer = z.object({ by: z.string() });
const failure = z.object({ errorType: z.string().optional(), errorMessage: z.string().optional() });
type Failure = z.infer<typeof failure>;

/* Lambda tells an error that was thrown as it tells that the function ran out of time or memory; by their types they differ. */
const REFUSED = 'DecisionRefused' satisfies DecisionRefused['name'];
/** The emulator's for whatever was thrown. */
const OF_EMULATOR = 'Runtime.HandlerError';

/** Has the pipeline take a decision; returns whose it is. Throws ClientError where it does not. */
export async function invoke(
  { region, decideRunArn, connection, isEmulator }: Deployment,
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
  if (FunctionError !== undefined) {
    const failed = failure.safeParse(said).data ?? {};
    const isRefused = failed.errorType === REFUSED || (isEmulator && failed.errorType === OF_EMULATOR);
    throw isRefused ? refused(failed) : unknown(decision.run, failed);
  }
  return answer.parse(said);
}

function refused({ errorMessage = 'The decision was refused.' }: Failure): ClientError {
  return new ClientError(
    errorMessage,
    `The runbook has \`${REFUSED}\`; \`sts-prep status\` lists the runs that are under way.`,
    EXIT.refused,
  );
}

/** The function may have run out of time after it had taken the decision. */
function unknown(run: string, { errorMessage = 'nothing says why' }: Failure): ClientError {
  return new ClientError(
    `Whether the decision was taken is unknown: ${errorMessage}`,
    `Decide once more, which changes nothing where it was taken. \`sts-prep watch ${run}\` shows whether the run goes on; the log of the function sts-prep-decide-run tells more.`,
  );
}
