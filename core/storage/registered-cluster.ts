import type { ObjectStore } from '../aws/object-store.ts';
import type { DesiredState } from '../domain/desired-state.ts';
import { DocumentUnreadable } from '../domain/errors.ts';
import type { StoredEntry } from '../domain/registry.ts';
import { checked, ifSpoilt } from './document.ts';
import * as documents from './documents.ts';
import * as layout from './layout.ts';

/** A cluster of the registry, as its last run left it. */
export interface RegisteredCluster {
  readonly entry: StoredEntry;
  readonly current: DesiredState;
}

/**
 * A cluster of the registry; undefined when no cluster of that name was prepared. Throws DocumentUnreadable when its
 * records were spoilt or are gone, and RecordTampered when its desired state is not the one of its last run: a cluster that is there is not to be taken for one that is not.
 */
export async function registeredCluster(
  cluster: string,
  store: ObjectStore,
): Promise<RegisteredCluster | undefined> {
  const entry = (await documents.registryEntry.read({ cluster }, store))?.value;
  if (entry === undefined) return undefined;
  const place = { cluster, run: entry.lastRun.id };
  const found = await documents.desiredState.read(place, store);
  const current = checked(found, entry.lastRun.desired, layout.desiredState.of(place))?.value;
  if (current === undefined) throw new DocumentUnreadable(layout.desiredState.of(place), 'it is gone');
  return { entry, current };
}

/** The registry's entry of a cluster; undefined when no cluster of that name was prepared, or somebody spoilt it. */
export async function registryEntryOf(cluster: string, store: ObjectStore): Promise<StoredEntry | undefined> {
  // The next run writes it anew, and must not fail because of what it replaces.
  return (await documents.registryEntry.read({ cluster }, store, ifSpoilt(undefined)))?.value;
}
