import { changedSince } from '../../domain/plan-outdated.ts';
import { registeredCluster } from '../../storage/registered-cluster.ts';
import type { Run } from '../../storage/run.ts';
import { plannedRun, runFiles } from '../../storage/run-files.ts';
import { makePlan, type Planning } from '../prepare/make-plan.ts';
import { type Approved, approvalOf, refuseOutdated } from './approved.ts';

/**
 * Plans once more what was approved, and throws PlanOutdated with everything that is other by now; what is approved is this plan
 * and no other. Throws what `approvalOf` and `makePlan` throw.
 */
export async function confirmPlan(run: Run, approved: Approved, planning: Planning): Promise<void> {
  const { store } = planning;
  await approvalOf(run, approved, store);
  const files = runFiles(run, store);
  const [kept, reading, known] = await Promise.all([
    plannedRun(run, store),
    files.reading(),
    registeredCluster(run.cluster.name, store),
  ]);
  refuseOutdated(changedSince(kept, await makePlan(reading, known, planning)));
}
