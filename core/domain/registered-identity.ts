import { defined } from '../util/defined.ts';
import { quoted, shortened } from '../util/visible.ts';
import { boundary, checkConfig, type DeploymentRules } from './cluster-checks.ts';
import {
  type Claim,
  claimOfConfig,
  existingOf,
  type IdentitySources,
  shown,
  withWordOf,
} from './cluster-claims.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type { ClusterIdentity } from './cluster-identity.ts';
import type { ClusterSpec } from './cluster-spec.ts';
import { claimOfInstallConfig } from './install-config.ts';
import type { Problem } from './problem.ts';
import { readClusterConfig } from './read-cluster-config.ts';
import { sameRelease } from './release.ts';

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
  const read = readClusterConfig(clusterConfig, problems, warnings);
  const { config } = read;
  const { file: configFile, ...configClaim } = claimOfConfig(clusterConfig?.file, read);
  const { file, ...installClaim } = withWordOf(
    read,
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
  const misstated = new Set(
    [...configClaim.misstated, ...installClaim.misstated].filter(
      (field) => !Object.hasOwn(registered, field),
    ),
  );
  const identity = {
    name,
    featureSet,
    ...counting,
    removeRoles,
    known: registered,
    misstated,
    problems,
    warnings,
  };
  if (problems.length > 0) return identity;
  return {
    ...identity,
    ...defined({ approval: config.approval }),
    spec: { ...registered, ...defined({ permissionsBoundaryArn, featureGates, capabilities }) },
  };
}

/** What a file may say of a cluster that is there. */
type Restated = Omit<Claim, 'file' | 'misstated'> &
  Pick<ClusterConfig, 'rolePath' | 'permissionsBoundaryArn' | 'release'>;

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
