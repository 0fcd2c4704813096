import type { ObjectStore } from '../../aws/object-store.ts';
import type { RegistryEntry } from '../../domain/registry.ts';
import * as documents from '../../storage/documents.ts';
import { lockHolder } from '../lock/lock.ts';

/** The clocks of two AWS services are this close. */
const CLOCK_SKEW_MS = 5_000;

/**
 * Why what an audit saw of a cluster may be a run's doing that had not ended: a run holds the lock, or gave it back
 * after the audit began. Undefined when none was at work. To be asked after everything else was read.
 *
 * @param startedAt When the audit began, ISO 8601: from then on it reads the account.
 */
export async function doubtAbout(
  { name: cluster, lastRun }: Pick<RegistryEntry, 'name' | 'lastRun'>,
  startedAt: string,
  store: ObjectStore,
): Promise<string | undefined> {
  const lock = await lockHolder(cluster, store);
  if (lock !== undefined) return doubt(`The run ${lock.run} was at work on the cluster`);
  const unlocked = await documents.unlocked.read({ cluster }, store, () => undefined);
  const ended = [
    { run: lastRun.id, at: lastRun.endedAt },
    ...(unlocked?.value === undefined ? [] : [unlocked.value]),
  ];
  const since = ended.find(({ at }) => !(Date.parse(at) < Date.parse(startedAt) - CLOCK_SKEW_MS));
  return since && doubt(`The run ${since.run} ended while the cluster was being audited`);
}

function doubt(what: string): string {
  return `${what}, so what is found here may be its doing. Nothing is opened or taken back on it. Audit again when it has ended.`;
}
