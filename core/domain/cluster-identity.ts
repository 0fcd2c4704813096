import { defined } from '../util/defined.ts';
import { quoted } from '../util/visible.ts';
import type { Approval } from './approval.ts';
import { isRegionLike, partitionOfRegion } from './aws-partition.ts';
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
  claimOfKey,
  existingOf,
  type IdentitySources,
  shown,
  withWordOf,
} from './cluster-claims.ts';
import type { ClusterSpec } from './cluster-spec.ts';
import type { FeatureSet } from './feature-set.ts';
import { checkIdentityGiven } from './identity-given.ts';
import type { CapabilitySelection } from './inclusion/capabilities.ts';
import type { GivenGates } from './inclusion/feature-gates.ts';
import { claimOfInstallConfig } from './install-config.ts';
import { type AddOnOperation, OPERATIONS, type ReleaseOperation } from './operations.ts';
import type { Problem } from './problem.ts';
import { readClusterConfig } from './read-cluster-config.ts';
import { releaseName } from './release.ts';

export interface ClusterIdentity {
  /** Present when there are no problems. */
  readonly spec?: ClusterSpec;
  /** The name as far as it is known and usable, so that a refused bundle can be reported under its cluster. */
  readonly name?: string;
  /** What is known of the cluster and nothing stands against, all of it where there are no problems. */
  readonly known: Partial<ClusterSpec>;
  /** Fields that a source says in a way that cannot be read, and no other source says. */
  readonly misstated: ReadonlySet<string>;
  /** Known even where other facts are not; absent where a source misstates it. */
  readonly featureSet?: FeatureSet;
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
  const read = readClusterConfig(sources.clusterConfig, problems, warnings);
  const { config } = read;
  const claims = [
    claimOfConfig(sources.clusterConfig?.file, read),
    withWordOf(read, claimOfInstallConfig(sources.installConfig, problems, warnings), warnings),
    claimOfKey(sources.key),
  ];

  const name = agreed(claims, 'name', problems);
  const beforeRegion = problems.length;
  const region = agreed(claims, 'region', problems);
  if (region !== undefined) {
    // A region that is not known may be in the partition that is misstated.
    const isNew = partitionOfRegion(region) === undefined && read.misstated.has('partition');
    if (!isNew || !isRegionLike(region)) checkRegion(region, rules.partition, config.partition, problems);
  }
  const isGoodRegion = problems.length === beforeRegion;
  const given = {
    name,
    region,
    featureSet: agreed(claims, 'featureSet', problems),
    featureGates: agreed(claims, 'featureGates', problems),
    capabilities: agreed(claims, 'capabilities', problems),
  };
  const misstated = new Set(
    claims.flatMap((claim) => [...claim.misstated]).filter((field) => !Object.hasOwn(defined(given), field)),
  );
  const featureSet = given.featureSet ?? (misstated.has('featureSet') ? undefined : 'Default');
  const release = config.release === undefined ? undefined : releaseName(config.release);
  const { featureGates, capabilities } = given;
  const counting = defined({ release, featureGates, capabilities });
  const tags = Object.fromEntries(claims.toReversed().flatMap((claim) => Object.entries(claim.tags ?? {})));
  if (name !== undefined) checkName(name, problems);
  checkIdentityGiven({ name, region }, misstated, sources.key, rules.partition, problems);
  checkTags(tags, name, problems);
  checkConfig(config, sources.clusterConfig?.file, problems);
  const permissionsBoundaryArn = boundary(config, rules, sources.clusterConfig?.file, problems);

  const { removeRoles = [] } = config;
  const usable = !problems.some(
    ({ code }) => code === 'ClusterNameInvalid' || code === 'ClusterIdentityConflict',
  );
  const further = defined({
    featureSet,
    publicKeyFile: config.publicKeyFile,
    issuer: existingOf(config),
  });
  const identity = {
    ...(usable ? defined({ name }) : {}),
    ...defined({ featureSet }),
    ...counting,
    removeRoles,
    misstated,
    problems,
    warnings,
  };
  if (problems.length > 0 || name === undefined || region === undefined || featureSet === undefined) {
    const sound = defined({ name: identity.name, region: isGoodRegion ? region : undefined });
    return { ...identity, known: { ...sound, ...further } };
  }
  const spec: ClusterSpec = {
    name,
    region,
    ...further,
    featureSet,
    ...(partitionOfRegion(region) === undefined ? defined({ partition: config.partition }) : {}),
    rolePath: config.rolePath ?? '/',
    tags,
    ...counting,
    ...defined({ permissionsBoundaryArn }),
  };
  return {
    ...identity,
    spec,
    known: spec,
    ...defined({ acceptedKeys: config.acceptedKeys, approval: config.approval }),
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

function agreed<Field extends 'name' | 'region' | 'featureSet' | 'featureGates' | 'capabilities'>(
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
