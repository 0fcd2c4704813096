import { defined } from '../util/defined.ts';
import { quoted, shortened } from '../util/visible.ts';
import type { Approval } from './approval.ts';
import { partitionOfRegion } from './aws-partition.ts';
import {
  boundary,
  checkConfig,
  checkName,
  checkRegion,
  checkTags,
  type DeploymentRules,
} from './cluster-checks.ts';
import {
  type Claim,
  claimOfConfig,
  claimOfInstallConfig,
  claimOfKey,
  type IdentitySources,
  readClusterConfig,
} from './cluster-claims.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type { ClusterSpec } from './cluster-spec.ts';
import type { FeatureSet } from './feature-set.ts';
import { checkIdentityGiven } from './identity-given.ts';
import type { CapabilitySelection } from './inclusion/capabilities.ts';
import type { GivenGates } from './inclusion/feature-gates.ts';
import { type AddOnOperation, OPERATIONS, type ReleaseOperation } from './operations.ts';
import type { Problem } from './problem.ts';
import { releaseName, sameRelease } from './release.ts';

export interface ClusterIdentity {
  /** Present when there are no problems. */
  readonly spec?: ClusterSpec;
  /** The name as far as it is known and usable, so that a refused bundle can be reported under its cluster. */
  readonly name?: string;
  /** Known even where other facts are not. */
  readonly featureSet: FeatureSet;
  /** Release of the requests, where somebody says it. */
  readonly release?: string;
  readonly featureGates?: GivenGates;
  readonly capabilities?: CapabilitySelection;
  /** Roles that cluster.yaml names to be removed. */
  readonly removeRoles: readonly string[];
  /** Keys of the JWKS that the bundle accepts, by key id or thumbprint. */
  readonly acceptedKeys?: readonly string[];
  /** Whether changes of the cluster are to be approved, where cluster.yaml says it. */
  readonly approval?: Approval;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/**
 * Finds out which cluster a bundle is for: from cluster.yaml, else install-config.yaml, else the key
 * `<operation>/<region>/<name>.<ending>`. Sources that disagree are a problem, not a matter of precedence.
 */
export function identifyCluster(sources: IdentitySources, rules: DeploymentRules): ClusterIdentity {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const config = readClusterConfig(sources.clusterConfig, problems, warnings);
  const claims = [
    claimOfConfig(sources.clusterConfig?.file, config),
    withWordOf(config, claimOfInstallConfig(sources.installConfig, problems, warnings), warnings),
    claimOfKey(sources.key),
  ];

  const name = agreed(claims, 'name', problems);
  const region = agreed(claims, 'region', problems);
  const featureSet = agreed(claims, 'featureSet', problems) ?? 'Default';
  const release = config.release === undefined ? undefined : releaseName(config.release);
  const counting = defined({
    release,
    featureGates: agreed(claims, 'featureGates', problems),
    capabilities: agreed(claims, 'capabilities', problems),
  });
  const tags = Object.fromEntries(claims.toReversed().flatMap((claim) => Object.entries(claim.tags ?? {})));
  if (name !== undefined) checkName(name, problems);
  if (region !== undefined) checkRegion(region, rules.partition, config.partition, problems);
  checkIdentityGiven(name, region, sources.key, rules.partition, problems);
  checkTags(tags, name, problems);
  checkConfig(config, sources.clusterConfig?.file, problems);
  const permissionsBoundaryArn = boundary(config, rules, sources.clusterConfig?.file, problems);

  const { removeRoles = [] } = config;
  const usable =
    name !== undefined &&
    !problems.some(({ code }) => code === 'ClusterNameInvalid' || code === 'ClusterIdentityConflict');
  if (problems.length > 0 || name === undefined || region === undefined) {
    return { ...(usable ? { name } : {}), featureSet, ...counting, removeRoles, problems, warnings };
  }
  return {
    spec: {
      name,
      region,
      featureSet,
      ...(partitionOfRegion(region) === undefined ? defined({ partition: config.partition }) : {}),
      rolePath: config.rolePath ?? '/',
      tags,
      ...counting,
      ...defined({
        permissionsBoundaryArn,
        publicKeyFile: config.publicKeyFile,
        issuer: existingOf(config),
      }),
    },
    name,
    featureSet,
    ...counting,
    removeRoles,
    ...defined({ acceptedKeys: config.acceptedKeys, approval: config.approval }),
    problems,
    warnings,
  };
}

/** What install-config.yaml says, but for the name and the tags that cluster.yaml gives: ccoctl's `--name` was free, too. */
function withWordOf({ name, tags = {} }: ClusterConfig, claim: Claim, warnings: string[]): Claim {
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
    ...(isOtherName ? {} : defined({ name: itsName })),
    ...(itsTags && { tags: Object.fromEntries(given.filter((tag) => !isOverruled(tag))) }),
  };
}

/** The cluster and the release that a key names: `upgrade/demo/4.14.0.tgz`. Undefined for a key of another form. */
export function clusterAndRelease(
  operation: ReleaseOperation,
  key: string,
): { readonly name: string; readonly release: string } | undefined {
  const named = OPERATIONS[operation].keys[0].parse(key);
  const release = named && releaseName(named.release);
  return named === undefined || release === undefined ? undefined : { name: named.cluster, release };
}

/** The cluster and the add-on that a key names: `add/demo/efs.tgz`. Undefined for a key of another form. */
export function clusterAndAddOn(
  operation: AddOnOperation,
  key: string,
): { readonly name: string; readonly addOn: string } | undefined {
  const named = OPERATIONS[operation].keys[0].parse(key);
  return named === undefined ? undefined : { name: named.cluster, addOn: named.name };
}

/**
 * The identity of a cluster that was prepared before. Its facts are those of that time, and the key says which
 * release it is about, if any; a bundle that says something else is a problem.
 *
 * @param registered Facts of the cluster's last run.
 * @param release The release that the key names; undefined where it names none.
 */
export function identifyRegistered(
  sources: IdentitySources,
  registered: ClusterSpec,
  release: string | undefined,
  rules: DeploymentRules,
): ClusterIdentity {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const { clusterConfig, installConfig } = sources;
  const config = readClusterConfig(clusterConfig, problems, warnings);
  const { file: configFile, ...configClaim } = claimOfConfig(clusterConfig?.file, config);
  const { file, ...installClaim } = withWordOf(
    config,
    claimOfInstallConfig(installConfig, problems, warnings),
    warnings,
  );
  checkConfig(config, clusterConfig?.file, problems);
  const { rolePath, permissionsBoundaryArn: itsBoundary, release: itsRelease } = config;
  const further = defined({ rolePath, permissionsBoundaryArn: itsBoundary, release: itsRelease });
  checkAgreement(configFile, { ...configClaim, ...further }, registered, release, problems);
  checkSameIssuer(clusterConfig?.file, config, registered, problems);
  checkAgreement(file, installClaim, registered, release, problems);
  if (config.publicKeyFile !== undefined)
    warnings.push(`${clusterConfig?.file}: publicKeyFile was not read; the cluster keeps its signing key.`);
  if (config.acceptedKeys !== undefined)
    warnings.push(
      `${clusterConfig?.file}: acceptedKeys was not read; keys are accepted below prepare/ only.`,
    );
  const permissionsBoundaryArn = boundary(registered, rules, undefined, problems);
  const { name, featureSet } = registered;
  // What was not on record is known from now on.
  const { featureGates, capabilities } = { ...installClaim, ...configClaim, ...registered };
  const counting = defined({ release: release ?? registered.release, featureGates, capabilities });
  const { removeRoles = [] } = config;
  const identity = { name, featureSet, ...counting, removeRoles, problems, warnings };
  if (problems.length > 0) return identity;
  return {
    ...identity,
    ...defined({ approval: config.approval }),
    spec: { ...registered, ...defined({ permissionsBoundaryArn, featureGates, capabilities }) },
  };
}

/** What a file may say of a cluster that is there. */
type Restated = Omit<Claim, 'file'> & Pick<ClusterConfig, 'rolePath' | 'permissionsBoundaryArn' | 'release'>;

function checkAgreement(
  file: string | undefined,
  { tags = {}, release, ...given }: Restated,
  registered: ClusterSpec,
  target: string | undefined,
  problems: Problem[],
): void {
  const refuse = (field: string, value: string, has: string) =>
    problems.push({
      code: 'ClusterIdentityConflict',
      ...defined({ file }),
      field,
      message: `It says ${quoted(value)}, but ${has}.`,
      remedy: 'Make them agree, or leave it out. What a cluster is can be changed below prepare/ only.',
    });
  const its = target ?? registered.release;
  if (release !== undefined && its !== undefined && !sameRelease(release, its))
    refuse('release', release, target === undefined ? `the cluster has "${its}"` : `the key says "${its}"`);
  const facts = [
    ...FACTS.map((field) => [field, given[field], registered[field]] as const),
    ...Object.entries(tags).map(([key, value]) => [`tags.${key}`, value, registered.tags[key]] as const),
    ...COUNTING.flatMap((field) =>
      registered[field] === undefined
        ? []
        : [[field, shown(given[field]), shown(registered[field])] as const],
    ),
  ];
  for (const [field, value, has] of facts) {
    if (value === undefined || value === has) continue;
    refuse(field, value, has === undefined ? 'the cluster was prepared without' : `the cluster has "${has}"`);
  }
}

function existingOf({ issuer }: ClusterConfig): ClusterSpec['issuer'] {
  const { type, providerArn } = issuer ?? {};
  return type === 'existing' && providerArn !== undefined ? { type, providerArn } : undefined;
}

/** An issuer may be restated; roles are moved to another one by no run. */
function checkSameIssuer(
  file: string | undefined,
  config: ClusterConfig,
  { issuer }: ClusterSpec,
  problems: Problem[],
): void {
  if (config.issuer === undefined || existingOf(config)?.providerArn === issuer?.providerArn) return;
  problems.push({
    code: 'ClusterIdentityConflict',
    ...defined({ file }),
    field: 'issuer',
    message: `It says ${shortened(existingOf(config)?.providerArn ?? config.issuer.type, 200)}, but the cluster has ${issuer?.providerArn ?? 'a bucket of its own'}.`,
    remedy: 'Make them agree, or leave it out.',
  });
}

const FACTS = ['name', 'region', 'featureSet', 'rolePath', 'permissionsBoundaryArn'] as const;
/** What may be added to a cluster's record later, as it says more about the cluster and makes it no other one. */
const COUNTING = ['featureGates', 'capabilities'] as const;

function shown(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

function agreed<Field extends 'name' | 'region' | 'featureSet' | (typeof COUNTING)[number]>(
  claims: readonly Claim[],
  field: Field,
  problems: Problem[],
): Claim[Field] | undefined {
  const [first, ...others] = claims.filter((claim) => claim[field] !== undefined);
  for (const other of others) {
    if (shown(other[field]) === shown(first?.[field])) continue;
    problems.push({
      code: 'ClusterIdentityConflict',
      ...defined({ file: other.file }),
      field,
      message: `It says ${quoted(shown(other[field]) ?? '')}, but ${first?.file} says ${quoted(shown(first?.[field]) ?? '')}.`,
      remedy: 'Make them agree, or leave one out.',
    });
  }
  return first?.[field];
}
