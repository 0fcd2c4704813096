import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { defined } from '../../util/defined.ts';
import { FEATURE_SETS, type FeatureSet } from '../feature-set.ts';
import { isMapping, mapping } from '../field-reader.ts';
import { parseRelease, sameRelease } from '../release.ts';
import {
  annotationOf,
  FEATURE_SET_ANNOTATION,
  MAJOR_VERSION_ANNOTATION,
  namesProfiles,
  PROFILE_ANNOTATION,
} from './annotations.ts';
import table from './feature-gates.json' with { type: 'json' };

export const featureGateManifestSchema = z.object({
  featureSet: z.enum(FEATURE_SETS),
  /** Major versions it is for; absent where it is for all. */
  majors: z.array(z.string()).exactOptional(),
  /** The release it was taken from, of one that was read from a cluster; absent of one of a release's payload. */
  release: z.string().exactOptional(),
  enabled: z.array(z.string()),
});

/** What a FeatureGate object says of the clusters of one feature set: which gates are on. All others are off. */
export type FeatureGateManifest = DeepReadonly<z.infer<typeof featureGateManifestSchema>>;

/** Gates that somebody set by hand, as in install-config.yaml: on or off by name. */
export type GivenGates = Readonly<Record<string, boolean>>;

/** What is known of the gates of a cluster at a release. */
export interface GateSources {
  readonly featureSet: FeatureSet;
  readonly release: string | undefined;
  /** Those of the bundle. */
  readonly manifests: readonly FeatureGateManifest[];
  /** Those of cluster.yaml or install-config.yaml. */
  readonly given: GivenGates | undefined;
}

/** By minor version, feature set and gate: what requests ask for, and what the FeatureGate manifests of the payloads say. */
const TABLE: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, boolean>>>>>> =
  table.releases;

/**
 * Tells which gates are on in a cluster. The FeatureGate manifests of the bundle say it, else what was given by hand,
 * else the table of the releases; what none of them says is undefined. With CustomNoUpgrade, what was given by hand
 * comes first, and the rest is as in Default (openshift/api: FeatureGate `customNoUpgrade`).
 */
export function knownGates(sources: GateSources): (name: string) => boolean | undefined {
  const { featureSet, given } = sources;
  const isCustom = featureSet === 'CustomNoUpgrade';
  const base = isCustom ? ofPayload({ ...sources, featureSet: 'Default' }) : ofPayload(sources);
  return (name) => {
    // In 4.10 and 4.11 the annotation named a feature set; ccoctl of that time read it so.
    if (isFeatureSet(name)) return name === featureSet;
    if (isCustom)
      return given?.[name] ?? (given === undefined ? undefined : (base.manifest(name) ?? base.table(name)));
    return base.manifest(name) ?? given?.[name] ?? base.table(name);
  };
}

function ofPayload({ featureSet, release, manifests }: GateSources): {
  readonly manifest: (name: string) => boolean | undefined;
  readonly table: (name: string) => boolean | undefined;
} {
  const parsed = release === undefined ? undefined : parseRelease(release);
  const applying = manifests.filter(
    (each) =>
      each.featureSet === featureSet &&
      (each.majors === undefined || parsed === undefined || each.majors.includes(String(parsed.major))) &&
      (each.release === undefined || (release !== undefined && sameRelease(each.release, release))),
  );
  const enabled = new Set(applying.flatMap((each) => each.enabled));
  const minor = parsed === undefined ? undefined : TABLE[`${parsed.major}.${parsed.minor}`];
  return {
    manifest: (name) => (applying.length === 0 ? undefined : enabled.has(name)),
    table: (name) => minor?.[featureSet]?.[name],
  };
}

function isFeatureSet(name: string): name is FeatureSet {
  return (FEATURE_SETS as readonly string[]).includes(name);
}

/** A payload's object has one, and a cluster's those that it is at or on its way to; of more nothing is known. */
const MAX_VERSIONS = 100;

/**
 * Reads a FeatureGate object: of a payload, where an annotation names the feature set, or as `oc get featuregate
 * cluster -o yaml` gives it. Empty for any other document, and for one of another cluster profile.
 */
export function readFeatureGates(document: unknown): FeatureGateManifest[] {
  if (!isMapping(document) || document['kind'] !== 'FeatureGate') return [];
  if (namesProfiles(document) && annotationOf(document, PROFILE_ANNOTATION) === undefined) return [];
  const spec = mapping(document['spec']);
  const named = annotationOf(document, FEATURE_SET_ANNOTATION) ?? (spec['featureSet'] || 'Default');
  const majors = annotationOf(document, MAJOR_VERSION_ANNOTATION)
    ?.split(',')
    .map((major) => major.trim());
  const details = mapping(document['status'])['featureGates'];
  if (typeof named !== 'string' || !Array.isArray(details) || details.length > MAX_VERSIONS) return [];
  return [...new Set(named.split(','))].filter(isFeatureSet).flatMap((featureSet) =>
    details.filter(isMapping).map((each) => ({
      featureSet,
      enabled: namesIn(each['enabled']),
      ...defined({ majors, release: releaseOf(each['version']) }),
    })),
  );
}

/** Empty in a payload; in a cluster, one entry for each release that it is at or on its way to. */
function releaseOf(version: unknown): string | undefined {
  return typeof version === 'string' && version !== '' ? version : undefined;
}

function namesIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((gate) => {
    const name = isMapping(gate) ? gate['name'] : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}
