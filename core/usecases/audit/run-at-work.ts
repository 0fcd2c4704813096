import type { ObjectStore } from '../../aws/object-store.ts';
import type { RegistryEntry } from '../../domain/registry.ts';
import { waitsForApproval } from '../approval/waiting.ts';
import { lastReleasedAt, lockHolder } from '../lock/lock.ts';

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
  // One that waits for an approval may do so for days, and does nothing.
  if (lock !== undefined && !(await waitsForApproval(lock.run, cluster, store)))
    return doubt(`The run ${lock.run} was at work on the cluster`);
  const isLater = (at: string | undefined) => at !== undefined && !(Date.parse(at) <= Date.parse(startedAt));
  // The registry names a run that succeeded; one that was rolled back leaves only the lock that it gave back.
  if (isLater(lastRun.endedAt))
    return doubt(`The run ${lastRun.id} ended while the cluster was being audited`);
  return isLater(await lastReleasedAt(cluster, store))
    ? doubt('A run ended while the cluster was being audited')
    : undefined;
}

function doubt(what: string): string {
  return `${what}, so what is found here may be its doing. Nothing is opened or taken back on it. Audit again when it has ended.`;
}
