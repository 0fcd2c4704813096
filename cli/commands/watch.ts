import { executionArn } from '../../core/aws/executions.ts';
import { lock, registryEntry, runs } from '../../core/storage/layout.ts';
import { type Deployment, MACHINES } from '../deployment.ts';
import { ClientError, EXIT } from '../errors.ts';
import type { Execution } from '../execution.ts';
import { followWithUndo } from '../follow-with-undo.ts';
import { objectsBelow } from '../objects-below.ts';
import type { Common } from '../other-commands.ts';
import { readField } from '../read-json.ts';
import { describe } from '../start.ts';
import { tellResults } from '../tell-results.ts';
import type { Work } from '../work.ts';

/** Follows a run, given by its name or by that of its cluster, and fetches its results. Throws ClientError. */
export async function watch(
  deployment: Deployment,
  name: string,
  { out }: Common,
  work: Work,
): Promise<number> {
  const found = (await byName(deployment, name)) ?? (await ofCluster(deployment, name));
  if (found === undefined)
    throw new ClientError(
      `There is no run ${name}, and no cluster of that name has one.`,
      '`sts-prep status` lists the runs that are under way, `sts-prep clusters` the clusters.',
      EXIT.usage,
    );
  const told = await followWithUndo(deployment, found, work);
  await tellResults(deployment, told, out, work);
  return told.outcome;
}

async function byName({ clients, stateMachines }: Deployment, name: string): Promise<Execution | undefined> {
  if (!/^[\w-]{1,80}$/.test(name)) return undefined;
  for (const machine of MACHINES) {
    const arn = stateMachines[machine];
    const execution = arn === undefined ? undefined : await describe(clients.sfn, executionArn(arn, name));
    if (execution !== undefined) return execution;
  }
  return undefined;
}

async function ofCluster(deployment: Deployment, cluster: string) {
  if (!/^[a-z0-9-]+$/.test(cluster)) return undefined;
  const held = await readField(deployment, lock.of({ cluster }), 'run');
  if (held !== undefined) return byName(deployment, held);
  const newest = await newestRun(deployment, cluster);
  const found = newest === undefined ? undefined : await byName(deployment, newest);
  if (found !== undefined) return found;
  const last = await readField(deployment, registryEntry.of({ cluster }), 'lastRun', 'id');
  return last === undefined ? undefined : byName(deployment, last);
}

/** The run that wrote last into its folder, however it ended: the registry knows only those that ended well. */
async function newestRun(
  { clients: { s3 }, outputBucket }: Deployment,
  cluster: string,
): Promise<string | undefined> {
  const prefix = runs.of({ cluster });
  let newest: { readonly run: string; readonly at: number } | undefined;
  for await (const { Key = '', LastModified } of objectsBelow(s3, outputBucket, prefix)) {
    const [run = ''] = Key.slice(prefix.length).split('/');
    const at = LastModified?.getTime() ?? 0;
    if (newest === undefined || at >= newest.at) newest = { run, at };
  }
  return newest?.run;
}
