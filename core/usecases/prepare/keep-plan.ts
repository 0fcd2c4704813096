import type { DesiredState } from '../../domain/desired-state.ts';
import { NotYetConsistent } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Stored } from '../../storage/document.ts';
import { registeredCluster } from '../../storage/registered-cluster.ts';
import type { Records, Run } from '../../storage/run.ts';
import { recordsOf, runFiles } from '../../storage/run-files.ts';
import { begun } from '../../util/begun.ts';
import { makePlan, type Planning } from './make-plan.ts';

/**
 * Makes the plan of a run and keeps it, with the desired state that it brings about; a run that has a plan keeps both. What a
 * change of release finds in the account becomes part of the desired state, which may change until there is a plan, and never
 * after. Throws what `makePlan` throws, and NotYetConsistent when another attempt was at work meanwhile.
 */
export async function keepPlan(
  run: Run,
  planning: Planning,
): Promise<{ readonly desired: DesiredState; readonly plan: Plan; readonly records: Records }> {
  const { store } = planning;
  const files = runFiles(run, store);
  // Of a run that has a plan, nothing else counts; it is rare enough that the others need not wait for it.
  const around = begun(
    Promise.all([files.reading(), files.desired(), registeredCluster(run.cluster.name, store)]),
  );
  const made = await files.plan();
  if (made !== undefined) return withRecords(made, await files.desired());
  const [reading, earlier, known] = await around;
  const { desired, plan } = await makePlan(reading, known, planning);
  if (!(await files.keepDesired(earlier, desired)))
    throw new NotYetConsistent('Another attempt of this task replaced the desired state meanwhile.');
  const kept = await files.keepPlan(plan);
  return kept === plan
    ? { desired, plan, records: recordsOf(desired, plan) }
    : withRecords(kept, await files.desired());
}

/** Of a plan that an earlier attempt left, whose answer was lost. */
function withRecords(plan: Plan, desired: Stored<DesiredState> | undefined) {
  if (desired === undefined) throw new Error('There is a plan, and its desired state is gone.');
  return { desired: desired.value, plan, records: recordsOf(desired.value, plan) };
}
