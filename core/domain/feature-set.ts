/** Feature sets of OpenShift's `FeatureGate` API, as manifests name them in an annotation. */
export const FEATURE_SETS = [
  'Default',
  'OKD',
  'TechPreviewNoUpgrade',
  'DevPreviewNoUpgrade',
  'CustomNoUpgrade',
] as const;

export type FeatureSet = (typeof FEATURE_SETS)[number];
