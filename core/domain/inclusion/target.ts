import { secretRefOf } from '../credentials-request.ts';
import type { FeatureSet } from '../feature-set.ts';
import type { SecretRef } from '../manifests.ts';
import type { SourceDocument } from '../source-document.ts';
import { type InclusionTarget, isOfAnotherCluster } from './belonging.ts';
import { type CapabilitySelection, knownCapabilities } from './capabilities.ts';
import { type FeatureGateManifest, type GivenGates, knownGates } from './feature-gates.ts';

/** A cluster at a release, as far as it decides which requests count. */
export interface ClusterAtRelease {
  /** Undefined where it is misstated. */
  readonly featureSet: FeatureSet | undefined;
  readonly release: string | undefined;
  readonly featureGates: GivenGates | undefined;
  readonly capabilities: CapabilitySelection | undefined;
  /** Whether the cluster has the component of a Secret already. */
  readonly has: (secret: SecretRef) => boolean;
}

/**
 * What decides which documents of a bundle count for a cluster.
 *
 * @param documents Those of the bundle, Lists taken apart.
 */
export function inclusionTarget(
  documents: readonly SourceDocument[],
  manifests: readonly FeatureGateManifest[],
  { featureSet, release, featureGates, capabilities, has }: ClusterAtRelease,
): InclusionTarget {
  const present = documents
    .map(({ value }) => value)
    .filter((value) => secretRefOf(value).some(has) && !isOfAnotherCluster(value, featureSet));
  return {
    featureSet,
    gate:
      featureSet === undefined
        ? () => undefined
        : knownGates({ featureSet, release, manifests, given: featureGates }),
    capability: knownCapabilities(capabilities, present),
  };
}

/** Whether a bundle shows that it was filtered for one cluster: it holds nothing for clouds, feature sets or profiles of others. Lists are taken apart. */
export function isFilteredForOne(
  documents: readonly SourceDocument[],
  featureSet: FeatureSet | undefined,
): boolean {
  return !documents.some(({ value }) => isOfAnotherCluster(value, featureSet));
}
