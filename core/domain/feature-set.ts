/** Feature sets of OpenShift's `FeatureGate` API, as manifests name them in an annotation. */
export const FEATURE_SETS = [
  'Default',
  'TechPreviewNoUpgrade',
  'DevPreviewNoUpgrade',
  'CustomNoUpgrade',
] as const;

export type FeatureSet = (typeof FEATURE_SETS)[number];

export const FEATURE_SET_ANNOTATION = 'release.openshift.io/feature-set';

/**
 * Whether a manifest belongs to a cluster of the given feature set. The annotation holds one name or a
 * comma-separated list; without it a manifest belongs to every cluster. (The cluster-version operator's
 * rule. ccoctl knows one value only, so it drops requests that list several.)
 */
export function belongsToFeatureSet(annotation: string | undefined, featureSet: FeatureSet): boolean {
  if (annotation === undefined) return true;
  return annotation
    .split(',')
    .map((name) => name.trim())
    .includes(featureSet);
}
