import { defined } from '../util/defined.ts';
import { quoted } from '../util/visible.ts';
import { partitionOfRegion } from './aws-partition.ts';
import { type ClusterConfig, FEATURE_GATE } from './cluster-config.ts';
import type { ClusterSpec } from './cluster-spec.ts';
import { type ConfigSource, NOTHING_MISSTATED } from './config-texts.ts';
import type { FeatureSet } from './feature-set.ts';
import { ALL_CAPABILITIES, type CapabilitySelection } from './inclusion/capabilities.ts';
import type { GivenGates } from './inclusion/feature-gates.ts';
import { CLUSTER_OPERATIONS, operationFacts } from './operations.ts';
import type { ReadConfig } from './read-cluster-config.ts';

/** What may say which cluster the bundle is for. */
export interface IdentitySources {
  /** Object key of the bundle, e.g. `prepare/us-east-2/demo.tgz`. */
  readonly key: string;
  readonly clusterConfig?: ConfigSource;
  readonly installConfig?: ConfigSource;
}

/** What one source says; every part may be silent. */
export interface Claim {
  readonly file?: string;
  readonly name?: string;
  readonly region?: string;
  readonly featureSet?: FeatureSet;
  readonly featureGates?: GivenGates;
  readonly capabilities?: CapabilitySelection;
  readonly tags?: Readonly<Record<string, string>>;
  /** Of these and of the fields of cluster.yaml, those that it says in a way that cannot be read. */
  readonly misstated: ReadonlySet<string>;
}

export function claimOfConfig(file: string | undefined, { config, misstated }: ReadConfig): Claim {
  return {
    misstated,
    ...defined({
      file,
      name: config.name,
      region: config.region,
      featureSet: config.featureSet,
      featureGates: config.featureGates && givenGates(config.featureGates),
      capabilities: config.capabilities && selection(config.capabilities),
      tags: config.tags,
    }),
  };
}

/** Feature gates as install-config.yaml has them, by name. */
export function givenGates(gates: readonly string[]): GivenGates {
  const entries = gates.map((gate): [string, boolean] => {
    const [, name = '', value = ''] = FEATURE_GATE.exec(gate) ?? [];
    return [name, /^[1tT]/.test(value)];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The choice of capabilities; without a baseline it is all of them, as for the installer. */
export function selection({
  baselineCapabilitySet: baseline = ALL_CAPABILITIES.baseline,
  additionalEnabledCapabilities: additional = [],
}: NonNullable<ClusterConfig['capabilities']>): CapabilitySelection {
  return { baseline, additional: [...additional].sort() };
}

/** `prepare/us-east-2/demo.tgz` names a cluster; `prepare/demo.tgz` and `prepare/team-a/demo.tgz` do not. */
export function claimOfKey(key: string): Claim {
  const { region, cluster: name } =
    WITH_REGION.map((form) => form.parse(key)).find((parts) => parts !== undefined) ?? {};
  if (region === undefined || name === undefined || partitionOfRegion(region) === undefined)
    return { misstated: NOTHING_MISSTATED };
  return { file: `key ${key}`, region, name, misstated: NOTHING_MISSTATED };
}

/** The forms of keys that say which cluster a bundle is for, whether or not the registry knows it. */
const WITH_REGION = CLUSTER_OPERATIONS.flatMap((name) => operationFacts(name).keys).filter(
  ({ parts }) => parts.includes('region') && parts.includes('cluster'),
);

/** What install-config.yaml says, but for the name and the tags that cluster.yaml gives: ccoctl's `--name` was free, too. */
export function withWordOf({ config, misstated }: ReadConfig, claim: Claim, warnings: string[]): Claim {
  const { name, tags = {} } = config;
  const { name: itsName, tags: itsTags, ...others } = claim;
  const isOtherName = name !== undefined && itsName !== undefined && itsName !== name;
  if (isOtherName)
    warnings.push(
      `${claim.file}: metadata.name is ${quoted(itsName)}; what is made is named ${quoted(name)}, as cluster.yaml says.`,
    );
  const isOverruled = ([key, value]: readonly [string, string]) =>
    Object.hasOwn(tags, key) && tags[key] !== value;
  const given = Object.entries(itsTags ?? {});
  for (const [key, value] of given.filter(isOverruled))
    warnings.push(
      `${claim.file}: the tag ${quoted(key)} is ${quoted(value)}; what is made has ${quoted(tags[key] ?? '')}, as cluster.yaml says.`,
    );
  return {
    ...others,
    // Which name cluster.yaml gives in its place is not known where it cannot be read.
    ...(isOtherName || misstated.has('name') ? {} : defined({ name: itsName })),
    ...(itsTags && { tags: Object.fromEntries(given.filter((tag) => !isOverruled(tag))) }),
  };
}

/** The issuer of somebody else that cluster.yaml names. */
export function existingOf({ issuer }: ClusterConfig): ClusterSpec['issuer'] {
  const { type, providerArn } = issuer ?? {};
  return type === 'existing' && providerArn !== undefined ? { type, providerArn } : undefined;
}

/** A value of a claim as text, to be compared and told. */
export function shown(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}
