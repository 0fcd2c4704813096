import type * as z from 'zod';
import { defined } from '../util/defined.ts';
import { quoted } from '../util/visible.ts';
import { partitionOfRegion } from './aws-partition.ts';
import {
  type ClusterConfig,
  clusterConfigSchema,
  FEATURE_GATE,
  MAX_CAPABILITIES,
  MAX_CONFIG_VALUES,
  MAX_FEATURE_GATES,
} from './cluster-config.ts';
import { type ConfigSource, ConfigTexts, isScalarOfText } from './config-texts.ts';
import { FEATURE_SETS, type FeatureSet } from './feature-set.ts';
import { isMapping, mapping } from './field-reader.ts';
import { ALL_CAPABILITIES, BASELINE, type CapabilitySelection } from './inclusion/capabilities.ts';
import type { GivenGates } from './inclusion/feature-gates.ts';
import { CLUSTER_OPERATIONS, operationFacts } from './operations.ts';
import type { Problem, RejectionName } from './problem.ts';

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
}

export function readClusterConfig(
  source: IdentitySources['clusterConfig'],
  problems: Problem[],
  warnings: string[],
): ClusterConfig {
  if (source === undefined) return {};
  const count = valuesIn(source.value);
  if (count > MAX_CONFIG_VALUES) {
    problems.push({
      code: 'ClusterConfigInvalid',
      file: source.file,
      message: `The file has ${count} values; ${MAX_CONFIG_VALUES} are allowed.`,
      remedy: 'Keep what says something of the cluster.',
    });
    return {};
  }
  const texts = new ConfigTexts(source, 'ClusterConfigInvalid', problems, warnings);
  const parsed = clusterConfigSchema.safeParse(withTexts(source.value ?? {}, texts));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    for (const problem of issueProblems(issue, source.file)) problems.push(problem);
  return {};
}

/** `cluster.yaml` with text where it has numbers and booleans in place of a name or of the value of a tag. */
function withTexts(value: unknown, texts: ConfigTexts): unknown {
  if (!isMapping(value)) return value;
  const { name, tags } = value;
  return {
    ...value,
    ...('name' in value && isScalarOfText(name) ? { name: texts.text(name, 'name') } : {}),
    ...(isMapping(tags)
      ? {
          tags: Object.fromEntries(
            Object.entries(tags).map(([key, each]) => [
              key,
              isScalarOfText(each) ? (texts.text(each, `tags.${key}`) ?? '') : each,
            ]),
          ),
        }
      : {}),
  };
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + valuesIn(each), 1);
}

function issueProblems(issue: z.core.$ZodIssue, file: string): Problem[] {
  const base = { code: 'ClusterConfigInvalid', file } as const;
  const remedy = 'See docs/schemas/cluster.schema.json for every field.';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...base,
      field: [...issue.path, key].join('.'),
      message: 'There is no such field.',
      remedy,
    }));
  }
  const field = issue.path.join('.');
  return [{ ...base, ...(field === '' ? {} : { field }), message: `${issue.message}.`, remedy }];
}

export function claimOfConfig(file: string | undefined, config: ClusterConfig): Claim {
  return {
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

/** Of what the installer refuses as well. */
const NEEDED_TOO = 'Correct the field; the installer needs it too.';

/** Reads the few fields of install-config.yaml that matter here. The rest, a pull secret included, is not looked at. */
export function claimOfInstallConfig(
  source: IdentitySources['installConfig'],
  problems: Problem[],
  warnings: string[],
): Claim {
  if (source === undefined) return {};
  const { file, value } = source;
  const refuse = (
    field: string,
    message: string,
    code: RejectionName = 'InstallConfigInvalid',
    remedy = NEEDED_TOO,
  ) => problems.push({ code, file, field, message, remedy });
  const texts = new ConfigTexts(source, 'InstallConfigInvalid', problems, warnings);
  const text = (...path: string[]): string | undefined => {
    const found = path.reduce<unknown>((at, key) => mapping(at)[key], value);
    // An empty text is what Go leaves of a field that nobody filled in.
    return found === undefined || found === null || found === ''
      ? undefined
      : texts.text(found, path.join('.'));
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push({
      code: 'InstallConfigInvalid',
      file,
      message: 'The file is not a mapping.',
      remedy: 'Put the install-config.yaml of the installer into the bundle.',
    });
    return { file };
  }
  const name = text('metadata', 'name');
  if (name === undefined) refuse('metadata.name', 'The cluster has no name.');
  const region = text('platform', 'aws', 'region');
  const otherCloud = cloudOf(value);
  if (otherCloud !== undefined)
    refuse(
      `platform.${otherCloud}`,
      `It is the configuration of a cluster on ${otherCloud}, and credentials are prepared for clusters on AWS only.`,
      'InstallConfigInvalid',
      'Put the install-config.yaml of a cluster on AWS into the bundle, or leave it out and give name and region in cluster.yaml.',
    );
  else if (region === undefined) refuse('platform.aws.region', 'The cluster has no AWS region.');

  const mode = text('credentialsMode');
  if (mode === undefined)
    warnings.push(`${file}: credentialsMode is not set; set it to Manual before you install the cluster.`);
  else if (mode !== 'Manual') {
    refuse(
      'credentialsMode',
      `The mode is ${quoted(mode)}.`,
      'CredentialsModeNotManual',
      'Set credentialsMode to Manual, in this spelling: with another mode the cluster ignores these credentials.',
    );
  }
  const featureSet = text('featureSet');
  if (featureSet !== undefined && !isFeatureSet(featureSet)) {
    refuse(
      'featureSet',
      `${quoted(featureSet)} is not a feature set.`,
      'InstallConfigInvalid',
      `Use one of ${FEATURE_SETS.join(', ')}.`,
    );
  }
  const installConfig = value as Readonly<Record<string, unknown>>;
  const featureGates = readFeatureGates(installConfig['featureGates'], featureSet, refuse);
  const capabilities = readCapabilities(installConfig['capabilities'], refuse);
  const userTags = (value as { platform?: { aws?: { userTags?: unknown } } }).platform?.aws?.userTags;
  const tags = texts.map(userTags, 'platform.aws.userTags');
  return {
    file,
    ...defined({ name, region }),
    ...(featureSet !== undefined && isFeatureSet(featureSet) ? { featureSet } : {}),
    ...defined({ featureGates, capabilities, tags }),
  };
}

type Refuse = (field: string, message: string, code?: RejectionName, remedy?: string) => void;

/** The installer takes gates with CustomNoUpgrade only (pkg/types/validation/featuregates.go). */
function readFeatureGates(
  gates: unknown,
  featureSet: string | undefined,
  refuse: Refuse,
): GivenGates | undefined {
  if (gates === undefined || gates === null) return undefined;
  if (!Array.isArray(gates) || !gates.every((gate) => typeof gate === 'string' && FEATURE_GATE.test(gate))) {
    refuse('featureGates', 'The field must be a list of names with a value, such as "SomeGate=true".');
    return undefined;
  }
  if (gates.length > MAX_FEATURE_GATES) {
    refuse('featureGates', `There are ${gates.length} feature gates; ${MAX_FEATURE_GATES} are allowed.`);
    return undefined;
  }
  if (gates.length > 0 && featureSet !== 'CustomNoUpgrade')
    refuse('featureGates', 'The installer takes feature gates with featureSet CustomNoUpgrade only.');
  return givenGates(gates);
}

function givenGates(gates: readonly string[]): GivenGates {
  const entries = gates.map((gate): [string, boolean] => {
    const [, name = '', value = ''] = FEATURE_GATE.exec(gate) ?? [];
    return [name, /^[1tT]/.test(value)];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without the field the installer enables all. */
function readCapabilities(value: unknown, refuse: Refuse): CapabilitySelection | undefined {
  if (value === undefined || value === null) return ALL_CAPABILITIES;
  if (typeof value !== 'object' || Array.isArray(value)) {
    refuse('capabilities', 'The field must be a mapping.');
    return undefined;
  }
  const given = value as Readonly<Record<string, unknown>>;
  const baseline = given['baselineCapabilitySet'] || ALL_CAPABILITIES.baseline;
  const more = given['additionalEnabledCapabilities'] ?? [];
  if (typeof baseline !== 'string' || !BASELINE.test(baseline)) {
    refuse(
      'capabilities.baselineCapabilitySet',
      `${typeof baseline === 'string' ? quoted(baseline) : 'The value'} is not a set of capabilities.`,
      'InstallConfigInvalid',
      'Use None, vCurrent or a set such as v4.18.',
    );
    return undefined;
  }
  if (!Array.isArray(more) || !more.every((name) => typeof name === 'string')) {
    refuse('capabilities.additionalEnabledCapabilities', 'The field must be a list of names.');
    return undefined;
  }
  if (more.length > MAX_CAPABILITIES || more.some((name) => name.length > 253)) {
    refuse(
      'capabilities.additionalEnabledCapabilities',
      `There are more than ${MAX_CAPABILITIES}, or one with more than 253 characters.`,
    );
    return undefined;
  }
  return selection({ baselineCapabilitySet: baseline, additionalEnabledCapabilities: more });
}

function selection({
  baselineCapabilitySet: baseline = ALL_CAPABILITIES.baseline,
  additionalEnabledCapabilities: additional = [],
}: NonNullable<ClusterConfig['capabilities']>): CapabilitySelection {
  return { baseline, additional: [...additional].sort() };
}

/** The cloud that an install-config.yaml is for, where it is another one than AWS. */
function cloudOf(value: unknown): string | undefined {
  const platform = mapping(mapping(value)['platform']);
  if (platform['aws'] !== undefined) return undefined;
  return Object.keys(platform).find((name) => /^[a-z]{2,20}$/.test(name));
}

/** `prepare/us-east-2/demo.tgz` names a cluster; `prepare/demo.tgz` and `prepare/team-a/demo.tgz` do not. */
export function claimOfKey(key: string): Claim {
  const { region, cluster: name } =
    WITH_REGION.map((form) => form.parse(key)).find((parts) => parts !== undefined) ?? {};
  if (region === undefined || name === undefined || partitionOfRegion(region) === undefined) return {};
  return { file: `key ${key}`, region, name };
}

/** The forms of keys that say which cluster a bundle is for, whether or not the registry knows it. */
const WITH_REGION = CLUSTER_OPERATIONS.flatMap((name) => operationFacts(name).keys).filter(
  ({ parts }) => parts.includes('region') && parts.includes('cluster'),
);

function isFeatureSet(text: string): text is FeatureSet {
  return (FEATURE_SETS as readonly string[]).includes(text);
}
