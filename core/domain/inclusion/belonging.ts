import { FEATURE_SETS, type FeatureSet } from '../feature-set.ts';
import { isMapping, mapping } from '../field-reader.ts';
import {
  annotationOf,
  CAPABILITY_ANNOTATION,
  CLUSTER_PROFILE,
  FEATURE_GATE_ANNOTATION,
  FEATURE_SET_ANNOTATION,
  MAJOR_VERSION_ANNOTATION,
  namesProfiles,
  PROFILE_ANNOTATION,
} from './annotations.ts';

/** The cluster that manifests are for, as far as it decides which of them count. */
export interface InclusionTarget {
  /** Undefined where nobody knows it. */
  readonly featureSet: FeatureSet | undefined;
  /** Whether a feature gate is on; undefined where nothing says so. */
  readonly gate: (name: string) => boolean | undefined;
  /** Whether a capability is enabled; undefined where nothing says so. */
  readonly capability: (name: string) => boolean | undefined;
}

/** Whether a manifest is for a cluster. */
export type Belonging =
  | { readonly verdict: 'in' }
  | { readonly verdict: 'out'; readonly reason: string; readonly capability?: string }
  | {
      readonly verdict: 'unknown';
      readonly because: 'feature set' | 'gate' | 'capability';
      readonly reason: string;
    };

type Rule = (manifest: unknown, target: InclusionTarget) => Belonging;

const IN: Belonging = { verdict: 'in' };
const out = (reason: string): Belonging => ({ verdict: 'out', reason });

/**
 * Whether the cluster-version operator includes a manifest in a cluster. The rules are its own, each annotation by
 * itself (library-go, pkg/manifest/manifest.go: Include), with one difference: a manifest that names no cluster
 * profile at all is not of a release, but of an optional operator or written by hand, and counts.
 */
export function belonging(manifest: unknown, target: InclusionTarget): Belonging {
  const answers = RULES.map((rule) => rule(manifest, target));
  return (
    answers.find(({ verdict }) => verdict === 'out') ??
    answers.find(({ verdict }) => verdict === 'unknown') ??
    IN
  );
}

/** Whether a manifest is for clusters of another cloud, feature set or profile; what was filtered for one has none. */
export function isOfAnotherCluster(manifest: unknown, featureSet: FeatureSet | undefined): boolean {
  const target = { featureSet, gate: () => undefined, capability: () => undefined };
  return [ofCloud, ofFeatureSet, ofProfile].some((rule) => rule(manifest, target).verdict === 'out');
}

/** Whether a request is for AWS, as far as it says a cloud. */
export function isForAws(manifest: unknown): boolean {
  const provider = providerOf(manifest);
  // A misspelt AWS spec must become an error, not another cloud's document.
  return provider === undefined || /^aws/i.test(provider);
}

function providerOf(manifest: unknown): string | undefined {
  const spec = isMapping(manifest) ? mapping(manifest['spec']) : {};
  const { kind } = mapping(spec['providerSpec']);
  return typeof kind === 'string' ? kind : undefined;
}

/** The capabilities that a manifest needs, all of them. */
export function capabilitiesOf(manifest: unknown): readonly string[] {
  return (annotationOf(manifest, CAPABILITY_ANNOTATION) ?? '').split('+').filter((name) => name !== '');
}

/** The feature gates that a manifest names, whether they have to be on or off. */
export function gatesOf(manifest: unknown): readonly { readonly name: string; readonly isOn: boolean }[] {
  return (annotationOf(manifest, FEATURE_GATE_ANNOTATION) ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) =>
      entry.startsWith('-') ? { name: entry.slice(1), isOn: false } : { name: entry, isOn: true },
    );
}

const ofCloud: Rule = (manifest) =>
  isForAws(manifest) ? IN : out(`for another cloud (${providerOf(manifest)})`);

/** Names separated by commas alone: the operator does not trim them, and one that it does not know excludes. */
const ofFeatureSet: Rule = (manifest, { featureSet }) => {
  const annotation = annotationOf(manifest, FEATURE_SET_ANNOTATION);
  if (annotation === undefined) return IN;
  const names = annotation.split(',');
  const unknown = names.find((name) => !(FEATURE_SETS as readonly string[]).includes(name));
  if (unknown !== undefined)
    return out(`feature set ${annotation}, of which ${JSON.stringify(unknown)} is not known`);
  if (featureSet === undefined)
    return {
      verdict: 'unknown',
      because: 'feature set',
      reason: `feature set ${annotation}, and the cluster's is not known`,
    };
  return names.includes(featureSet) ? IN : out(`feature set ${annotation}, the cluster's is ${featureSet}`);
};

const ofFeatureGates: Rule = (manifest, { gate, featureSet }) => {
  const annotation = annotationOf(manifest, FEATURE_GATE_ANNOTATION);
  if (annotation === undefined) return IN;
  if (annotationOf(manifest, FEATURE_SET_ANNOTATION) !== undefined)
    return out(
      `annotated with both a feature set and a feature gate (${annotation}), which no cluster includes`,
    );
  const asked = gatesOf(manifest).map((each) => ({ ...each, known: gate(each.name) }));
  const unmet = asked.find(({ known, isOn }) => known !== undefined && known !== isOn);
  if (unmet !== undefined) {
    const state = unmet.isOn ? 'off' : 'on';
    return out(`feature gate ${annotation}: ${unmet.name} is ${state} ${inCluster(featureSet)}`);
  }
  const unknown = asked.find(({ known }) => known === undefined);
  if (unknown === undefined) return IN;
  return {
    verdict: 'unknown',
    because: 'gate',
    reason: `nothing says whether the feature gate ${unknown.name} is on ${inCluster(featureSet)}`,
  };
};

function inCluster(featureSet: FeatureSet | undefined): string {
  return featureSet === undefined ? 'in the cluster' : `in a cluster of feature set ${featureSet}`;
}

/** Of other kinds of manifests than FeatureGate and CustomResourceDefinition the operator includes none that has it. */
const ofMajorVersion: Rule = (manifest) => {
  const annotation = annotationOf(manifest, MAJOR_VERSION_ANNOTATION);
  return annotation === undefined
    ? IN
    : out(`${MAJOR_VERSION_ANNOTATION} is for FeatureGates and CRDs only, so no cluster includes it`);
};

const ofProfile: Rule = (manifest) => {
  const annotation = annotationOf(manifest, PROFILE_ANNOTATION);
  if (annotation === 'true' || !namesProfiles(manifest)) return IN;
  return out(
    annotation === undefined
      ? `for other cluster profiles than ${CLUSTER_PROFILE}`
      : `cluster profile ${CLUSTER_PROFILE}: ${JSON.stringify(annotation)}, which is not "true"`,
  );
};

const ofCapabilities: Rule = (manifest, { capability }) => {
  const asked = capabilitiesOf(manifest).map((name) => ({ name, isEnabled: capability(name) }));
  const disabled = asked.find(({ isEnabled }) => isEnabled === false);
  if (disabled !== undefined)
    return {
      verdict: 'out',
      reason: `capability ${disabled.name}, which the cluster was prepared without`,
      capability: disabled.name,
    };
  const unknown = asked.find(({ isEnabled }) => isEnabled === undefined);
  if (unknown === undefined) return IN;
  return {
    verdict: 'unknown',
    because: 'capability',
    reason: `it is not on record whether the cluster has the capability ${unknown.name}`,
  };
};

const RULES: readonly Rule[] = [
  ofFeatureSet,
  ofFeatureGates,
  ofMajorVersion,
  ofProfile,
  ofCloud,
  ofCapabilities,
];
