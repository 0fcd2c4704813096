import type { ObjectStore } from '../aws/object-store.ts';
import type { DesiredState } from '../domain/desired-state.ts';
import type { RegistryEntry } from '../domain/registry.ts';
import { readJson } from './audit.ts';
import * as layout from './layout.ts';

/** The registry's entry of a cluster; undefined when no cluster of that name was prepared, or somebody spoilt it. */
export async function registryEntryOf(name: string, store: ObjectStore): Promise<RegistryEntry | undefined> {
  try {
    return await readJson<RegistryEntry>(layout.registryEntry.of({ cluster: name }), store);
  } catch (error) {
    // The next run writes it anew, and must not fail because of what it replaces.
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** What the last run of a cluster brought about; undefined when none did, or its record is gone. */
export async function lastStateOf(name: string, store: ObjectStore): Promise<DesiredState | undefined> {
  const entry = await registryEntryOf(name, store);
  if (entry === undefined) return undefined;
  return readJson<DesiredState>(layout.desiredState.of({ cluster: name, run: entry.lastRun.id }), store);
}
