import { defined } from '../util/defined.ts';
import { nearestRegion } from './aws-partition.ts';
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
import { type AddOnOperation, OPERATIONS, type ReleaseOperation } from './operations.ts';
import type { Problem } from './problem.ts';
import { parseRelease, sameRelease } from './release.ts';

export interface ClusterIdentity {
  /** Present when there are no problems. */
  readonly spec?: ClusterSpec;
  /** The name as far as it is known and usable, so that a refused bundle can be reported under its cluster. */
  readonly name?: string;
  /** Known even where other facts are not. */
  readonly featureSet: FeatureSet;
  /** Roles that cluster.yaml names to be removed. */
  readonly removeRoles: readonly string[];
  /** Keys of the JWKS that the bundle accepts, by key id or thumbprint. */
  readonly acceptedKeys?: readonly string[];
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

  const { removeRoles = [] } = config;
  const usable =
    name !== undefined &&
    !problems.some(({ code }) => code === 'ClusterNameInvalid' || code === 'ClusterIdentityConflict');
  if (problems.length > 0 || name === undefined || region === undefined) {
    return { ...(usable ? { name } : {}), featureSet, removeRoles, problems, warnings };
  }
  return {
    spec: {
      name,
      region,
      featureSet,
      rolePath: config.rolePath ?? '/',
      tags,
      ...defined({
        release: config.release,
        permissionsBoundaryArn,
        publicKeyFile: config.publicKeyFile,
        issuer: existingOf(config),
      }),
    },
    name,
    featureSet,
    removeRoles,
    ...defined({ acceptedKeys: config.acceptedKeys }),
    problems,
    warnings,
  };
}

/** The cluster and the release that a key names: `upgrade/demo/4.14.0.tgz`. Undefined for a key of another form. */
export function clusterAndRelease(
  operation: ReleaseOperation,
  key: string,
): { readonly name: string; readonly release: string } | undefined {
  const named = OPERATIONS[operation].keys[0].parse(key);
  if (named === undefined || parseRelease(named.release) === undefined) return undefined;
  return { name: named.cluster, release: named.release };
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
  const config = readClusterConfig(clusterConfig, problems);
  const { file, ...installClaim } = claimOfInstallConfig(installConfig, problems, warnings);
  checkConfig(config, clusterConfig?.file, problems);
  checkAgreement(clusterConfig?.file, config, registered, release, problems);
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
  const { removeRoles = [] } = config;
  const identity = { name, featureSet, removeRoles, problems, warnings };
  if (problems.length > 0) return identity;
  return {
    ...identity,
    spec: { ...registered, ...defined({ permissionsBoundaryArn }) },
  };
}

/** What a file may say of a cluster that is there. */
type Restated = Omit<ClusterConfig, 'issuer' | 'publicKeyFile' | 'acceptedKeys' | 'approval' | 'removeRoles'>;

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
      message: `It says "${value}", but ${has}.`,
      remedy: 'Make them agree, or leave it out. What a cluster is can be changed below prepare/ only.',
    });
  const its = target ?? registered.release;
  if (release !== undefined && its !== undefined && !sameRelease(release, its))
    refuse('release', release, target === undefined ? `the cluster has "${its}"` : `the key says "${its}"`);
  const facts = [
    ...FACTS.map((field) => [field, given[field], registered[field]] as const),
    ...Object.entries(tags).map(([key, value]) => [`tags.${key}`, value, registered.tags[key]] as const),
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
    message: `It says ${existingOf(config)?.providerArn ?? config.issuer.type}, but the cluster has ${issuer?.providerArn ?? 'a bucket of its own'}.`,
    remedy: 'Make them agree, or leave it out.',
  });
}

const FACTS = ['name', 'region', 'featureSet', 'rolePath', 'permissionsBoundaryArn'] as const;

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
      ...defined({ file: other.file }),
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
