import { approvalRequest, approvalRequests, latestAudit } from '../../core/storage/layout.ts';
import type { Deployment } from '../deployment.ts';
import { EXIT } from '../errors.ts';
import { objectsBelow } from '../objects-below.ts';
import type { Common } from '../other-commands.ts';
import { readJson } from '../read-json.ts';
import { ASKS } from '../run-events.ts';
import type { Work } from '../work.ts';

/** Tells where the pipeline is, and what it is at. */
export async function status(deployment: Deployment, _: string, __: Common, work: Work): Promise<number> {
  const { ui, pace, signal } = work;
  const { region, intakeBucket, outputBucket, stateMachines, clients } = deployment;
  const { ListExecutionsCommand } = await import('@aws-sdk/client-sfn');
  const running: Running[] = [];
  const asked = await runsAsked(deployment, work);
  for (const [machine, stateMachineArn] of Object.entries(stateMachines)) {
    await pace.turn(signal);
    const { executions = [] } = await clients.sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 100 }),
    );
    for (const { name = '', executionArn = '', startDate } of executions) {
      const startedAt = (startDate ?? new Date(0)).toISOString();
      const waits = asked.has(name) && (await isAsking(deployment, executionArn, work));
      running.push({ machine, run: name, startedAt, ...(waits ? { waitsForApproval: true } : {}) });
    }
  }
  const audit = (await readJson(deployment, latestAudit.of())) as { audit?: unknown } | null | undefined;
  const latest = typeof audit?.audit === 'string' ? audit.audit : undefined;
  ui.tell({ event: 'status', region, intakeBucket, outputBucket, running, latestAudit: latest });
  ui.progress('region', region);
  ui.progress('intake', `s3://${intakeBucket}`);
  ui.progress('output', `s3://${outputBucket}`);
  ui.progress('audit', latest ?? 'none of all clusters yet; `sts-prep audit` starts one');
  ui.say(running.length === 0 ? '\nNo run is under way.' : '\nUnder way, for `sts-prep watch <run>`:');
  for (const { run, startedAt, waitsForApproval } of running)
    ui.say(
      `  ${run}  since ${startedAt}${waitsForApproval === true ? `, waits for \`sts-prep approve ${run}\`` : ''}`,
    );
  return EXIT.ok;
}

interface Running {
  readonly machine: string;
  readonly run: string;
  readonly startedAt: string;
  readonly waitsForApproval?: true;
}

/** All runs that asked for an approval. */
async function runsAsked(
  { clients: { s3 }, outputBucket }: Deployment,
  { pace, signal }: Work,
): Promise<ReadonlySet<string>> {
  const runs = new Set<string>();
  await pace.turn(signal);
  for await (const { Key = '' } of objectsBelow(s3, outputBucket, approvalRequests.of())) {
    const run = approvalRequest.parse(Key)?.run;
    if (run !== undefined) runs.add(run);
  }
  return runs;
}

/** Whether the state that an execution entered last is the one that asks. */
async function isAsking(
  { clients: { sfn } }: Deployment,
  executionArn: string,
  { pace, signal }: Work,
): Promise<boolean> {
  const { GetExecutionHistoryCommand } = await import('@aws-sdk/client-sfn');
  await pace.turn(signal);
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20 }),
  );
  const last = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
  return last?.stateEnteredEventDetails?.name === ASKS;
}
