import type { DesiredState } from '../../domain/desired-state.ts';
import type { RegistryEntry } from '../../domain/registry.ts';

/** What the pipeline has on record of a cluster: the state it was last prepared to be, and where it stands. */
export interface ClusterRecord {
  readonly entry: RegistryEntry;
  readonly desired: DesiredState;
}
