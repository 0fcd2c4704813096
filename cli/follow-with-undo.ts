import { executionArn } from '../core/aws/executions.ts';
import { lock } from '../core/storage/layout.ts';
import { undoName } from '../core/usecases/start/start-undo.ts';
import { type Deployment, type FollowedMachine, machineOf } from './deployment.ts';
import { EXIT } from './errors.ts';
import type { Execution } from './execution.ts';
import { followAndTell, type Told } from './follow-and-tell.ts';
import { readField } from './read-json.ts';
import { describe } from './start.ts';
import type { Work } from './work.ts';

/** Whether an execution that was stopped is undone by another one: audits and plans change nothing, and a deletion goes on. */
const IS_UNDONE: Readonly<Record<FollowedMachine, boolean>> = {
  prepare: true,
  audit: false,
  plan: false,
  delete: false,
  undo: false,
};

/** The event of an execution's end takes a second, and the function that it starts a few. */
const LOOKS = 30;
const LOOK_MS = 1_000;

/**
 * Follows an execution to its end, and then, where it was stopped with something to be taken back, the one that does that:
 * what became of the run is how that ends.
 */
export async function followWithUndo(
  deployment: Deployment,
  execution: Execution,
  work: Work,
): Promise<Told> {
  const told = await followAndTell(deployment, execution, work);
  if (told.outcome === EXIT.ok || !IS_UNDONE[machineOf(deployment, execution)]) return told;
  const { clients, stateMachines } = deployment;
  const arn = executionArn(stateMachines['undo'] ?? '', undoName(execution.name));
  for (let look = 0; look < LOOKS; look += 1) {
    await work.pace.turn(work.signal, look === 0 ? 0 : LOOK_MS);
    const undo = await describe(clients.sfn, arn);
    if (undo !== undefined) return followAndTell(deployment, undo, work);
    // What undid all by itself, or had made nothing, holds the lock no more.
    if (!(await holdsLock(deployment, told))) return told;
  }
  work.ui.say(
    `What the run made is not taken back yet. The next run on the cluster begins with that; \`sts-prep watch ${execution.name}\` follows it.\n`,
  );
  return { ...told, outcome: EXIT.incomplete };
}

async function holdsLock(deployment: Deployment, { execution, ending: { cluster } }: Told): Promise<boolean> {
  return (
    cluster !== undefined && (await readField(deployment, lock.of({ cluster }), 'run')) === execution.name
  );
}
