import type * as z from 'zod';
import { nearestRegion, partitionOfRegion } from './aws-partition.ts';
import { type ClusterConfig, clusterConfigSchema } from './cluster-config.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import { FEATURE_SETS, type FeatureSet } from './feature-set.ts';
import { issuerBucketName, OWN_ROLE_PATH, ownerTagKey, RUN_TAG } from './names.ts';
import type { Problem, RejectionName } from './problem.ts';
import { compareReleases, parseRelease } from './release.ts';

/** A document that may say which cluster the bundle is for. */
export interface IdentitySources {
  /** Object key of the bundle, e.g. `prepare/us-east-2/demo.tgz`. */
  readonly key: string;
  readonly clusterConfig?: { readonly file: string; readonly value: unknown };
  readonly installConfig?: { readonly file: string; readonly value: unknown };
}

/** What the deployment demands of every cluster. */
export interface DeploymentRules {
  /** Partition the stack runs in; undefined where a cluster may be of any (the local emulator). */
  readonly partition?: string;
  /** ARN of the boundary every role must have; undefined where none is demanded. */
  readonly requiredBoundaryArn?: string;
}

export interface ClusterIdentity {
  /** Present when there are no problems. */
  readonly facts?: ClusterFacts;
  /** The name as far as it is known and usable, so that a refused bundle can be reported under its cluster. */
  readonly name?: string;
  /** Known even where other facts are not. */
  readonly featureSet: FeatureSet;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** What one source says; every part may be silent. */
interface Claim {
  readonly file?: string;
  readonly name?: string;
  readonly region?: string;
  readonly featureSet?: FeatureSet;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Finds out which cluster a bundle is for: from cluster.yaml, else install-config.yaml, else the key
 * `<operation>/<region>/<name>.<ending>`. Sources that disagree are a problem, not a matter of precedence.
 */
export function identifyCluster(sources: IdentitySources, rules: DeploymentRules): ClusterIdentity {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const config = readClusterConfig(sources.clusterConfig, problems);
  const claims = [
    claimOfConfig(sources.clusterConfig?.file, config),
    claimOfInstallConfig(sources.installConfig, problems, warnings),
    claimOfKey(sources.key),
  ];

  const name = agreed(claims, 'name', problems);
  const region = agreed(claims, 'region', problems);
  const featureSet = agreed(claims, 'featureSet', problems) ?? 'Default';
  const tags = Object.assign({}, ...claims.map((claim) => claim.tags ?? {}).reverse());
  if (name !== undefined) checkName(name, problems);
  if (region !== undefined) checkRegion(region, rules.partition, problems);
  checkIdentityGiven(name, region, sources.key, problems);
  checkTags(tags, name, problems);
  checkConfig(config, sources.clusterConfig?.file, problems);
  const permissionsBoundaryArn = boundary(config, rules, sources.clusterConfig?.file, problems);

  const usable =
    name !== undefined &&
    !problems.some(({ code }) => code === 'ClusterNameInvalid' || code === 'ClusterIdentityConflict');
  if (problems.length > 0 || name === undefined || region === undefined) {
    return { ...(usable ? { name } : {}), featureSet, problems, warnings };
  }
  return {
    facts: {
      name,
      region,
      featureSet,
      rolePath: config.rolePath ?? '/',
      tags,
      ...(config.release === undefined ? {} : { release: config.release }),
      ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
      ...(config.publicKeyFile === undefined ? {} : { publicKeyFile: config.publicKeyFile }),
    },
    name,
    featureSet,
    problems,
    warnings,
  };
}

/** The cluster and the release that a key names: `upgrade/demo/4.14.0.tgz`. Undefined for a key of another form. */
export function clusterAndRelease(
  key: string,
): { readonly name: string; readonly release: string } | undefined {
  const [, name, file, ...rest] = key.split('/');
  const release = stripEnding(file ?? '');
  if (name === undefined || rest.length > 0 || parseRelease(release) === undefined) return undefined;
  return { name, release };
}

/**
 * The identity of a cluster that was prepared before. Its facts are those of that time, and the key says which
 * release it is about; a bundle that says something else is a problem.
 *
 * @param registered Facts of the cluster's last run.
 */
export function identifyRegistered(
  sources: IdentitySources,
  registered: ClusterFacts,
  release: string,
  rules: DeploymentRules,
): ClusterIdentity {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const { clusterConfig, installConfig } = sources;
  const config = readClusterConfig(clusterConfig, problems);
  const { file, ...installClaim } = claimOfInstallConfig(installConfig, problems, warnings);
  checkConfig(config, clusterConfig?.file, problems);
  checkAgreement(clusterConfig?.file, config, registered, release, problems);
  checkAgreement(file, installClaim, registered, release, problems);
  if (config.publicKeyFile !== undefined)
    warnings.push(`${clusterConfig?.file}: publicKeyFile was not read; the cluster keeps its signing key.`);
  const permissionsBoundaryArn = boundary(registered, rules, undefined, problems);
  const { name, featureSet } = registered;
  const identity = { name, featureSet, problems, warnings };
  if (problems.length > 0) return identity;
  return {
    ...identity,
    facts: { ...registered, ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }) },
  };
}

/** What a file may say of a cluster that is there. */
type Restated = Omit<ClusterConfig, 'issuer' | 'publicKeyFile' | 'approval'>;

function checkAgreement(
  file: string | undefined,
  { tags = {}, release, ...given }: Restated,
  registered: ClusterFacts,
  target: string,
  problems: Problem[],
): void {
  const refuse = (field: string, value: string, has: string) =>
    problems.push({
      code: 'ClusterIdentityConflict',
      ...(file === undefined ? {} : { file }),
      field,
      message: `It says "${value}", but ${has}.`,
      remedy: 'Make them agree, or leave it out. What a cluster is can be changed below prepare/ only.',
    });
  const isTarget = release === undefined || sameRelease(release, target);
  if (!isTarget) refuse('release', release, `the key says "${target}"`);
  const facts = [
    ...FACTS.map((field) => [field, given[field], registered[field]] as const),
    ...Object.entries(tags).map(([key, value]) => [`tags.${key}`, value, registered.tags[key]] as const),
  ];
  for (const [field, value, has] of facts) {
    if (value === undefined || value === has) continue;
    refuse(field, value, has === undefined ? 'the cluster was prepared without' : `the cluster has "${has}"`);
  }
}

const FACTS = ['name', 'region', 'featureSet', 'rolePath', 'permissionsBoundaryArn'] as const;

function sameRelease(left: string, right: string): boolean {
  const [a, b] = [parseRelease(left), parseRelease(right)];
  return a !== undefined && b !== undefined && compareReleases(a, b) === 0;
}

function readClusterConfig(source: IdentitySources['clusterConfig'], problems: Problem[]): ClusterConfig {
  if (source === undefined) return {};
  const parsed = clusterConfigSchema.safeParse(source.value ?? {});
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.flatMap((issue) => issueProblems(issue, source.file)));
  return {};
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

function claimOfConfig(file: string | undefined, config: ClusterConfig): Claim {
  return {
    ...(file === undefined ? {} : { file }),
    ...(config.name === undefined ? {} : { name: config.name }),
    ...(config.region === undefined ? {} : { region: config.region }),
    ...(config.featureSet === undefined ? {} : { featureSet: config.featureSet }),
    ...(config.tags === undefined ? {} : { tags: config.tags }),
  };
}

/** Reads the few fields of install-config.yaml that matter here. The rest, a pull secret included, is not looked at. */
function claimOfInstallConfig(
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
    remedy = 'Correct the field; the installer needs it too.',
  ) => problems.push({ code, file, field, message, remedy });
  const text = (...path: string[]): string | undefined => {
    const found = path.reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | null | undefined)?.[key],
      value,
    );
    if (found === undefined || found === null) return undefined;
    if (typeof found === 'string' && found !== '') return found;
    refuse(path.join('.'), 'The field must be text.');
    return undefined;
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
  if (region === undefined) refuse('platform.aws.region', 'The cluster has no AWS region.');

  const mode = text('credentialsMode');
  if (mode === undefined)
    warnings.push(`${file}: credentialsMode is not set; set it to Manual before you install the cluster.`);
  else if (mode !== 'Manual') {
    refuse(
      'credentialsMode',
      `The mode is "${mode}".`,
      'CredentialsModeNotManual',
      'Set credentialsMode to Manual: with another mode the cluster ignores these credentials.',
    );
  }
  const featureSet = text('featureSet');
  if (featureSet !== undefined && !isFeatureSet(featureSet)) {
    refuse(
      'featureSet',
      `"${featureSet}" is not a feature set.`,
      'InstallConfigInvalid',
      `Use one of ${FEATURE_SETS.join(', ')}.`,
    );
  }
  const userTags = (value as { platform?: { aws?: { userTags?: unknown } } }).platform?.aws?.userTags;
  const tags = stringMap(userTags);
  if (userTags !== undefined && userTags !== null && tags === undefined)
    refuse('platform.aws.userTags', 'The tags must be a mapping of text to text.');
  return {
    file,
    ...(name === undefined ? {} : { name }),
    ...(region === undefined ? {} : { region }),
    ...(featureSet !== undefined && isFeatureSet(featureSet) ? { featureSet } : {}),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** `prepare/us-east-2/demo.tgz` names a cluster; `prepare/demo.tgz` and `prepare/team-a/demo.tgz` do not. */
function claimOfKey(key: string): Claim {
  const [, region, file, ...rest] = key.split('/');
  if (
    region === undefined ||
    file === undefined ||
    rest.length > 0 ||
    partitionOfRegion(region) === undefined
  )
    return {};
  return { file: `key ${key}`, region, name: stripEnding(file) };
}

/** The file name without a bundle's ending: `demo.tar.gz` is `demo`. */
export function stripEnding(fileName: string): string {
  return fileName.replace(/\.(tar\.gz|tgz|tar|zip|ya?ml)$/i, '');
}

function agreed<Field extends 'name' | 'region' | 'featureSet'>(
  claims: readonly Claim[],
  field: Field,
  problems: Problem[],
): Claim[Field] | undefined {
  const [first, ...others] = claims.filter((claim) => claim[field] !== undefined);
  for (const other of others) {
    if (other[field] === first?.[field]) continue;
    problems.push({
      code: 'ClusterIdentityConflict',
      ...(other.file === undefined ? {} : { file: other.file }),
      field,
      message: `It says "${other[field]}", but ${first?.file} says "${first?.[field]}".`,
      remedy: 'Make them agree, or leave one out.',
    });
  }
  return first?.[field];
}

function checkIdentityGiven(
  name: string | undefined,
  region: string | undefined,
  key: string,
  problems: Problem[],
): void {
  const missing = [name === undefined ? 'name' : [], region === undefined ? 'region' : []].flat();
  if (
    missing.length === 0 ||
    problems.some(({ code }) => code === 'ClusterConfigInvalid' || code === 'InstallConfigInvalid')
  )
    return;
  const [, folder] = key.split('/');
  const near = folder === undefined ? undefined : nearestRegion(folder);
  problems.push({
    code: 'ClusterIdentityMissing',
    message: `The bundle does not give the cluster's ${missing.join(' and ')}.`,
    remedy:
      'Add cluster.yaml or install-config.yaml to the bundle, or upload it as <operation>/<region>/<name>.tgz' +
      (near === undefined || near === folder ? '.' : ` (did you mean ${near} for ${folder}?).`),
  });
}

/** S3 bucket names: 3 to 63 lower-case letters, digits and hyphens. Dots are left out, as TLS would not cover them. */
function checkName(name: string, problems: Problem[]): void {
  const bucket = issuerBucketName(name);
  const refuse = (message: string, remedy: string) =>
    problems.push({ code: 'ClusterNameInvalid', field: 'name', message, remedy });
  if (bucket.length > 63) {
    refuse(
      `"${name}" has ${name.length} characters.`,
      'Use at most 58: the issuer bucket is named <name>-oidc and S3 allows 63.',
    );
  }
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    refuse(
      `"${name.slice(0, 80)}" would make a bucket name that S3 refuses or TLS does not cover.`,
      'Use lower-case letters, digits and hyphens, beginning with a letter or digit.',
    );
  } else if (/^(xn--|sthree-|amzn-s3-demo-)/.test(bucket)) {
    refuse(`"${name}" begins with a prefix that S3 reserves.`, 'Choose another name.');
  }
}

function checkRegion(region: string, partition: string | undefined, problems: Problem[]): void {
  const found = partitionOfRegion(region);
  if (found === undefined) {
    const near = nearestRegion(region);
    problems.push({
      code: 'RegionUnknown',
      field: 'region',
      message: `"${region}" is not an AWS region.`,
      remedy: near === undefined ? 'Give a region such as us-east-2.' : `Did you mean ${near}?`,
    });
  } else if (partition !== undefined && found.id !== partition) {
    problems.push({
      code: 'RegionOutsidePartition',
      field: 'region',
      message: `${region} is in partition ${found.id}, this deployment in ${partition}.`,
      remedy: `Deploy the stack to an account of ${found.id} and upload the bundle there.`,
    });
  }
}

/** AWS tag limits (128 and 256 characters, the common character set) and the tags that are ours to set. */
function checkTags(
  tags: Readonly<Record<string, string>>,
  name: string | undefined,
  problems: Problem[],
): void {
  const refuse = (key: string, message: string, remedy: string) =>
    problems.push({ code: 'TagInvalid', field: `tags.${key.slice(0, 128)}`, message, remedy });
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  const reserved = ['Name', RUN_TAG, ...(name === undefined ? [] : [ownerTagKey(name)])];
  for (const [key, value] of Object.entries(tags)) {
    if (
      key.length < 1 ||
      key.length > 128 ||
      value.length > 256 ||
      !allowed.test(key) ||
      !allowed.test(value)
    ) {
      refuse(
        key,
        'IAM does not accept the tag.',
        'Keys have 1 to 128, values up to 256 letters, digits, spaces and _ . : / = + - @.',
      );
    } else if (
      /^aws:/i.test(key) ||
      reserved.some((tag) => tag.toLowerCase() === key.toLowerCase()) ||
      key.startsWith('openshift.io/cloud-credential-operator/')
    ) {
      refuse(key, 'The tag is set by AWS or by the pipeline itself.', 'Leave it out.');
    }
  }
  // S3 objects take ten tags, and the OIDC documents carry the two of the owner only; resources take fifty.
  if (Object.keys(tags).length > 47) {
    problems.push({
      code: 'TagInvalid',
      field: 'tags',
      message: `There are ${Object.keys(tags).length} tags.`,
      remedy: 'Use at most 47: AWS allows 50 and the pipeline adds three.',
    });
  }
}

function checkConfig(config: ClusterConfig, file: string | undefined, problems: Problem[]): void {
  const at = file === undefined ? {} : { file };
  if (config.issuer?.type === 'cloudfront') {
    problems.push({
      code: 'IssuerUnsupported',
      ...at,
      field: 'issuer.type',
      message: 'A CloudFront issuer cannot be made yet.',
      remedy: 'Use public-bucket or leave the field out.',
    });
  }
  if (config.approval !== undefined) {
    problems.push({
      code: 'ApprovalUnsupported',
      ...at,
      field: 'approval',
      message: 'Approval cannot be asked for yet.',
      remedy: 'Leave the field out.',
    });
  }
  // IAM: a path begins and ends with a slash and has up to 512 printable ASCII characters.
  if (
    config.rolePath !== undefined &&
    !(/^\/([\x21-\x2e\x30-\x7e]+\/)*$/.test(config.rolePath) && config.rolePath.length <= 512)
  ) {
    problems.push({
      code: 'RolePathInvalid',
      ...at,
      field: 'rolePath',
      message: 'IAM does not accept the path.',
      remedy: 'Write it like /openshift/ : slashes at both ends, up to 512 characters.',
    });
  } else if (config.rolePath?.startsWith(OWN_ROLE_PATH)) {
    problems.push({
      code: 'RolePathInvalid',
      ...at,
      field: 'rolePath',
      message: `${OWN_ROLE_PATH} is where the pipeline's own roles are.`,
      remedy: 'Choose another path.',
    });
  }
}

function boundary(
  config: Pick<ClusterConfig, 'permissionsBoundaryArn'>,
  rules: DeploymentRules,
  file: string | undefined,
  problems: Problem[],
): string | undefined {
  const wanted = config.permissionsBoundaryArn;
  const at = { ...(file === undefined ? {} : { file }), field: 'permissionsBoundaryArn' };
  if (wanted !== undefined && !/^arn:[a-z0-9-]+:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/.test(wanted)) {
    problems.push({
      code: 'PermissionsBoundaryInvalid',
      ...at,
      message: 'It is not the ARN of an IAM policy.',
      remedy: 'Write it like arn:aws:iam::123456789012:policy/Boundary.',
    });
  } else if (
    wanted !== undefined &&
    rules.requiredBoundaryArn !== undefined &&
    wanted !== rules.requiredBoundaryArn
  ) {
    problems.push({
      code: 'PermissionsBoundaryRequired',
      ...at,
      message: `This deployment requires ${rules.requiredBoundaryArn}.`,
      remedy: 'Leave the field out, or name that policy.',
    });
  }
  return wanted ?? rules.requiredBoundaryArn;
}

function isFeatureSet(text: string): text is FeatureSet {
  return (FEATURE_SETS as readonly string[]).includes(text);
}

function stringMap(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
    ? Object.fromEntries(entries)
    : undefined;
}
