import type { ObjectStore } from '../../aws/object-store.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { digestOf } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import type { Records, Run } from '../../storage/run.ts';
import { indexRun } from '../../storage/run-index.ts';
import { allSettledOrThrow } from '../../util/all-settled.ts';
import { writeReport } from '../report/write-report.ts';
import type { BundleReading } from './read-bundle.ts';
import { type Rejection, rejection, rejectionReport } from './reject.ts';

/** What the state machine is told of a bundle. */
export type Verdict =
  | { readonly accepted: true; readonly cluster: Run['cluster']; readonly records: Records }
  | { readonly accepted: false; readonly rejection: Rejection & { readonly report: string } };

/** Keeps what came of reading a bundle: what it says, for PlanChanges, or a report of why there is none. */
export async function keepReading(
  run: { readonly id: string; readonly operation: string },
  bundle: DesiredState['bundle'],
  reading: BundleReading,
  store: ObjectStore,
): Promise<Verdict> {
  const { desired, clusterName, problems } = reading;
  if (desired === undefined) {
    const report = await writeReport(
      { run: run.id, cluster: clusterName },
      rejectionReport({ ...run, endedAt: new Date().toISOString() }, bundle, reading),
      store,
    );
    return { accepted: false, rejection: { ...rejection(problems), report } };
  }
  const cluster = { name: desired.cluster.name, region: desired.cluster.region };
  await allSettledOrThrow([
    documents.bundleReading.write({ run: run.id, cluster: cluster.name }, desired, store),
    indexRun(run.id, cluster, store),
  ]);
  return { accepted: true, cluster, records: { reading: digestOf(documents.bundleReading.format(desired)) } };
}
