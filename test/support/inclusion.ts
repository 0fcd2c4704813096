import type { FeatureSet } from '../../core/domain/feature-set.ts';
import type { InclusionTarget } from '../../core/domain/inclusion/belonging.ts';

/** A cluster with all capabilities, of whose feature gates nothing is known. */
export function ofFeatureSet(featureSet: FeatureSet = 'Default'): InclusionTarget {
  return { featureSet, gate: () => undefined, capability: () => true };
}
