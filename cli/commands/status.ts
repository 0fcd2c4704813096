import { latestAudit } from '../../core/storage/layout.ts';
import type { Deployment } from '../deployment.ts';
import { EXIT } from '../errors.ts';
import type { Common } from '../other-commands.ts';
import { readJson } from '../read-json.ts';
import type { Work } from '../run-operation.ts';

/** Tells where the pipeline is, and what it is at. */
export async function status(
  deployment: Deployment,
  _: string,
  __: Common,
  { ui, pace, signal }: Work,
): Promise<number> {
  const { region, intakeBucket, outputBucket, stateMachines, clients } = deployment;
  const { ListExecutionsCommand } = await import('@aws-sdk/client-sfn');
  const running: { readonly machine: string; readonly run: string; readonly startedAt: string }[] = [];
  for (const [machine, stateMachineArn] of Object.entries(stateMachines)) {
    await pace.turn(signal);
    const { executions = [] } = await clients.sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 100 }),
    );
    for (const { name = '', startDate } of executions)
      running.push({ machine, run: name, startedAt: (startDate ?? new Date(0)).toISOString() });
  }
  const audit = (await readJson(deployment, latestAudit.of())) as { audit?: unknown } | null | undefined;
  const latest = typeof audit?.audit === 'string' ? audit.audit : undefined;
  ui.tell({ event: 'status', region, intakeBucket, outputBucket, running, latestAudit: latest });
  ui.progress('region', region);
  ui.progress('intake', `s3://${intakeBucket}`);
  ui.progress('output', `s3://${outputBucket}`);
  ui.progress('audit', latest ?? 'none of all clusters yet; `sts-prep audit` starts one');
  ui.say(running.length === 0 ? '\nNo run is under way.' : '\nUnder way, for `sts-prep watch <run>`:');
  for (const { run, startedAt } of running) ui.say(`  ${run}  since ${startedAt}`);
  return EXIT.ok;
}
