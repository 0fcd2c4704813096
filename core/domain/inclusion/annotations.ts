import { isMapping, mapping } from '../field-reader.ts';

/** The annotations by which the cluster-version operator decides whether a manifest of a release is for a cluster. */
export const FEATURE_SET_ANNOTATION = 'release.openshift.io/feature-set';
export const FEATURE_GATE_ANNOTATION = 'release.openshift.io/feature-gate';
export const MAJOR_VERSION_ANNOTATION = 'release.openshift.io/major-version';
export const CAPABILITY_ANNOTATION = 'capability.openshift.io/name';
export const DELETE_ANNOTATION = 'release.openshift.io/delete';
const PROFILE_PREFIX = 'include.release.openshift.io/';

/** Profile of every cluster that has its own control plane in the account; those of hosted control planes differ. */
export const CLUSTER_PROFILE = 'self-managed-high-availability';
export const PROFILE_ANNOTATION = `${PROFILE_PREFIX}${CLUSTER_PROFILE}`;

/** A manifest's annotation as text; YAML makes a boolean of an unquoted `true`, and people do leave the quotes out. */
export function annotationOf(manifest: unknown, name: string): string | undefined {
  const value = annotationsOf(manifest)[name];
  if (value === undefined || value === null) return undefined;
  // One that is a list or a map says nothing that is known; whatever may be made of it as text is not asked.
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Whether a manifest says for which cluster profiles it is; what is not of a release does not. */
export function namesProfiles(manifest: unknown): boolean {
  return Object.keys(annotationsOf(manifest)).some((name) => name.startsWith(PROFILE_PREFIX));
}

function annotationsOf(manifest: unknown): Readonly<Record<string, unknown>> {
  return isMapping(manifest) ? mapping(mapping(manifest['metadata'])['annotations']) : {};
}
