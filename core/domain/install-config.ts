import { defined } from '../util/defined.ts';
import { quoted } from '../util/visible.ts';
import { type Claim, givenGates, selection } from './cluster-claims.ts';
import { FEATURE_GATE, MAX_CAPABILITIES, MAX_FEATURE_GATES } from './cluster-config.ts';
import { type ConfigSource, ConfigTexts, NOTHING_MISSTATED } from './config-texts.ts';
import { FEATURE_SETS, type FeatureSet } from './feature-set.ts';
import { isMapping, type Mapping, mapping } from './field-reader.ts';
import { ALL_CAPABILITIES, BASELINE, type CapabilitySelection } from './inclusion/capabilities.ts';
import type { GivenGates } from './inclusion/feature-gates.ts';
import type { Problem, RejectionName } from './problem.ts';

/** Of what the installer refuses as well. */
const NEEDED_TOO = 'Correct the field; the installer needs it too.';

const CLAIMED = ['name', 'region', 'featureSet', 'featureGates', 'capabilities', 'tags'] as const;

/** Reads the few fields of install-config.yaml that matter here. The rest, a pull secret included, is not looked at. */
export function claimOfInstallConfig(
  source: ConfigSource | undefined,
  problems: Problem[],
  warnings: string[],
): Claim {
  if (source === undefined) return { misstated: NOTHING_MISSTATED };
  const { file, value } = source;
  if (source.unreadable === true) return { file, misstated: new Set(CLAIMED) };
  if (!isMapping(value)) {
    problems.push({
      code: 'InstallConfigInvalid',
      file,
      message: 'The file is not a mapping.',
      remedy: 'Put the install-config.yaml of the installer into the bundle.',
    });
    return { file, misstated: new Set(CLAIMED) };
  }
  const refused = new Set<string>();
  const refuse: Refuse = (field, message, code = 'InstallConfigInvalid', remedy = NEEDED_TOO) => {
    refused.add(field);
    problems.push({ code, file, field, message, remedy });
  };
  const texts = new ConfigTexts(source, 'InstallConfigInvalid', problems, warnings);
  const given = (...path: string[]) => below(value, path);
  const text = (...path: string[]): string | undefined => {
    const found = below(value, path);
    // An empty text is what Go leaves of a field that nobody filled in.
    if (found === undefined || found === null || found === '') return undefined;
    const field = path.join('.');
    const read = texts.text(found, field);
    if (read === undefined) refused.add(field);
    return read;
  };
  const name = text('metadata', 'name');
  if (name === undefined && !refused.has('metadata.name'))
    refuse('metadata.name', 'The cluster has no name.');
  const region = text('platform', 'aws', 'region');
  const otherCloud = cloudOf(value);
  if (otherCloud !== undefined)
    refuse(
      `platform.${otherCloud}`,
      `It is the configuration of a cluster on ${otherCloud}, and credentials are prepared for clusters on AWS only.`,
      'InstallConfigInvalid',
      'Put the install-config.yaml of a cluster on AWS into the bundle, or leave it out and give name and region in cluster.yaml.',
    );
  else if (region === undefined && !refused.has('platform.aws.region'))
    refuse('platform.aws.region', 'The cluster has no AWS region.');

  const mode = text('credentialsMode');
  if (mode !== undefined && mode !== 'Manual') {
    refuse(
      'credentialsMode',
      `The mode is ${quoted(mode)}.`,
      'CredentialsModeNotManual',
      'Set credentialsMode to Manual, in this spelling: with another mode the cluster ignores these credentials.',
    );
  } else if (mode === undefined && !refused.has('credentialsMode'))
    warnings.push(`${file}: credentialsMode is not set; set it to Manual before you install the cluster.`);
  const featureSet = text('featureSet');
  if (featureSet !== undefined && !isFeatureSet(featureSet)) {
    refuse(
      'featureSet',
      `${quoted(featureSet)} is not a feature set.`,
      'InstallConfigInvalid',
      `Use one of ${FEATURE_SETS.join(', ')}.`,
    );
  }
  const featureGates = readFeatureGates(given('featureGates'), refuse);
  // The installer takes gates with CustomNoUpgrade only (pkg/types/validation/featuregates.go).
  const hasGates = featureGates !== undefined && Object.keys(featureGates).length > 0;
  if (hasGates && featureSet !== 'CustomNoUpgrade' && !refused.has('featureSet'))
    refuse('featureGates', 'The installer takes feature gates with featureSet CustomNoUpgrade only.');
  const capabilities = readCapabilities(given('capabilities'), refuse);
  const tags = texts.map(given('platform', 'aws', 'userTags'), 'platform.aws.userTags');
  const isKnown = {
    name: name !== undefined,
    region: region !== undefined,
    featureSet: !refused.has('featureSet'),
    featureGates: !refused.has('featureGates'),
    capabilities: capabilities !== undefined,
    tags: true,
  };
  return {
    file,
    ...defined({ name, region }),
    ...(featureSet !== undefined && isFeatureSet(featureSet) ? { featureSet } : {}),
    ...defined({ featureGates, capabilities, tags }),
    misstated: new Set(CLAIMED.filter((field) => !isKnown[field])),
  };
}

type Refuse = (field: string, message: string, code?: RejectionName, remedy?: string) => void;

function readFeatureGates(gates: unknown, refuse: Refuse): GivenGates | undefined {
  if (gates === undefined || gates === null) return undefined;
  if (!Array.isArray(gates) || !gates.every((gate) => typeof gate === 'string' && FEATURE_GATE.test(gate))) {
    refuse('featureGates', 'The field must be a list of names with a value, such as "SomeGate=true".');
    return undefined;
  }
  if (gates.length > MAX_FEATURE_GATES) {
    refuse('featureGates', `There are ${gates.length} feature gates; ${MAX_FEATURE_GATES} are allowed.`);
    return undefined;
  }
  return givenGates(gates);
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
  const isBaseline = typeof baseline === 'string' && BASELINE.test(baseline);
  const isList = Array.isArray(more) && more.every((name) => typeof name === 'string');
  if (!isBaseline)
    refuse(
      'capabilities.baselineCapabilitySet',
      `${typeof baseline === 'string' ? quoted(baseline) : 'The value'} is not a set of capabilities.`,
      'InstallConfigInvalid',
      'Use None, vCurrent or a set such as v4.18.',
    );
  if (!isList) refuse('capabilities.additionalEnabledCapabilities', 'The field must be a list of names.');
  if (!isBaseline || !isList) return undefined;
  if (more.length > MAX_CAPABILITIES || more.some((name) => name.length > 253)) {
    refuse(
      'capabilities.additionalEnabledCapabilities',
      `There are more than ${MAX_CAPABILITIES}, or one with more than 253 characters.`,
    );
    return undefined;
  }
  return selection({ baselineCapabilitySet: baseline, additionalEnabledCapabilities: more });
}

function below(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at, key) => mapping(at)[key], value);
}

/** The cloud that an install-config.yaml is for, where it is another one than AWS. */
function cloudOf(value: Mapping): string | undefined {
  const platform = mapping(value['platform']);
  if (platform['aws'] !== undefined) return undefined;
  return Object.keys(platform).find((name) => /^[a-z]{2,20}$/.test(name));
}

function isFeatureSet(text: string): text is FeatureSet {
  return (FEATURE_SETS as readonly string[]).includes(text);
}
