import type { ObjectStore } from '../../aws/object-store.ts';
import { RUN_METADATA } from '../../resources/ownership.ts';
import * as documents from '../../storage/documents.ts';
import { registryEntryOf } from '../../storage/registered-cluster.ts';
import { placeOf, type Run } from '../../storage/run.ts';
import { decisionAbout } from '../approval/decision.ts';
import { heldRun } from '../lock/held.ts';
import { describePrepared } from './prepared-run.ts';
import { writeReport } from './write-report.ts';

/**
 * Registers a cluster as it was found, and writes the report. The entry comes last: it is all that a run of this kind makes.
 */
export async function publishAdopted(
  { run, startedAt }: { readonly run: Run; readonly startedAt: string },
  { store, outputBucket }: { readonly store: ObjectStore; readonly outputBucket: string },
): Promise<{ readonly report: string; readonly differences: number }> {
  const [planned, former] = await Promise.all([
    heldRun(run, store),
    registryEntryOf(run.cluster.name, store),
  ]);
  const { entry, report } = describePrepared({
    run,
    startedAt,
    ...planned,
    verification: { checks: [], providerThumbprints: planned.plan.provider.before?.thumbprints ?? [] },
    decision: await decisionAbout(run, planned.plan, store),
    publicKey: undefined,
    former,
    archiveEtag: former?.archiveEtag,
    endedAt: new Date().toISOString(),
    outputBucket,
  });
  const key = await writeReport(placeOf(run), report, store);
  await documents.registryEntry.write(placeOf(run), entry, store, { metadata: { [RUN_METADATA]: run.id } });
  return { report: key, differences: report.differences?.length ?? 0 };
}
