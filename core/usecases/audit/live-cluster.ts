import type { DesiredState } from '../../domain/desired-state.ts';
import type { ObservedCluster } from './observe.ts';
import type { Simulated } from './simulate.ts';

/** What a release is compared with. */
export interface LiveCluster {
  readonly desired: DesiredState;
  readonly observed: ObservedCluster;
  readonly outputBucket: string;
  readonly simulated: Simulated;
  /** When the audit was made, ISO 8601. */
  readonly at: string;
}
