import type { ObjectStore } from '../../aws/object-store.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { permissionLines } from '../../domain/plan-report/difference.ts';
import type { Grants } from '../../domain/report-html.ts';
import { hasKeys } from '../../resources/install-files/desired.ts';
import { RUN_METADATA } from '../../resources/ownership.ts';
import { readStoredPublicKey } from '../../resources/signing-key/observe.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { registryEntryOf } from '../../storage/registered-cluster.ts';
import { placeOf } from '../../storage/run.ts';
import { allSettledOrThrow } from '../../util/all-settled.ts';
import { begun } from '../../util/begun.ts';
import { decisionAbout } from '../approval/decision.ts';
import { heldRun } from '../lock/held.ts';
import { describePrepared, type PreparedRun } from './prepared-run.ts';
import { writeReport } from './write-report.ts';

/** Writes the registry entry and the report of a run that brought about what it should. */
export async function publishPrepared(
  given: Pick<PreparedRun, 'run' | 'startedAt' | 'verification'>,
  { store, outputBucket }: { readonly store: ObjectStore; readonly outputBucket: string },
): Promise<{ readonly report: string; readonly changes: number }> {
  const { run } = given;
  const storedKey = begun(readStoredPublicKey(run.cluster.name, store));
  const [planned, former, archive] = await Promise.all([
    heldRun(run, store),
    registryEntryOf(run.cluster.name, store),
    store.head(layout.archive.of({ cluster: run.cluster.name })),
  ]);
  // Where the plan knows the key, as of an adopted cluster, there may be no file of it.
  const isMade = hasKeys(planned.desired) && planned.plan.signingKey.kid === undefined;
  const publicKey = isMade ? await storedKey : undefined;
  const decision = await decisionAbout(run, planned.plan, store);
  const endedAt = new Date().toISOString();
  const { entry, report } = describePrepared({
    ...given,
    ...planned,
    decision,
    publicKey,
    former,
    archiveEtag: archive?.etag,
    endedAt,
    outputBucket,
  });
  const [key] = await allSettledOrThrow([
    writeReport(placeOf(run), report, store, grantsOf(planned.desired)),
    documents.registryEntry.write(placeOf(run), entry, store, { metadata: { [RUN_METADATA]: run.id } }),
  ]);
  return { report: key, changes: report.changes.length };
}

/** What the roles may do, in the words of a plan. */
function grantsOf({ roles }: DesiredState): Grants {
  return Object.fromEntries(roles.map(({ name, policy }) => [name, permissionLines(policy)]));
}
