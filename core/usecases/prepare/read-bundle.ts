import { ofAnotherMinor, payloadReleases } from '../../bundle/payload-release.ts';
import type { BundleFile } from '../../bundle/read-archive.ts';
import { partitionNamed, partitionOfRegion } from '../../domain/aws-partition.ts';
import { boundedProblems, boundedSkipped, boundedWarnings } from '../../domain/bounded-problems.ts';
import { changeOf, checkTarget, sourceOf } from '../../domain/change-of.ts';
import type { DeploymentRules } from '../../domain/cluster-checks.ts';
import type { IdentitySources } from '../../domain/cluster-claims.ts';
import { identifyCluster } from '../../domain/cluster-identity.ts';
import type { ClusterSpec } from '../../domain/cluster-spec.ts';
import type { CredentialsRequest, SkippedDocument } from '../../domain/credentials-request.ts';
import {
  type DesiredState,
  desiredIssuer,
  desiredRole,
  desiredTags,
  type Placement,
} from '../../domain/desired-state.ts';
import { checkProviderArn, existingIssuer, isProviderArn } from '../../domain/existing-issuer.ts';
import { guardRequests, namesOfNothing } from '../../domain/guard-requests.ts';
import { checkNamed } from '../../domain/named-roles.ts';
import { providerArn, roleName } from '../../domain/names.ts';
import { clusterRun, operationFacts, type StepOperation } from '../../domain/operations.ts';
import { stepOf } from '../../domain/parts.ts';
import { plannedKey } from '../../domain/plan-key.ts';
import type { GuardRules } from '../../domain/policy-guard.ts';
import type { Problem } from '../../domain/problem.ts';
import { identifyRegistered } from '../../domain/registered-identity.ts';
import type { ClusterTarget } from '../../domain/release-change.ts';
import { checkPartitions } from '../../domain/resource-partitions.ts';
import { checkRoles, MAX_CREDENTIALS_REQUESTS } from '../../domain/role-checks.ts';
import { defined } from '../../util/defined.ts';
import { quoted } from '../../util/visible.ts';
import { readBundleKey, signingKeyNeeded } from './bundle-key.ts';
import { chooseRequests } from './choose-requests.ts';
import { secretWarnings } from './secret-warnings.ts';
import { oneOnly, sortDocuments } from './sort-documents.ts';

/** What the deployment adds to a bundle. */
export interface BundleContext {
  readonly run: string;
  readonly bundle: DesiredState['bundle'];
  readonly rules: DeploymentRules;
  readonly guard: GuardRules;
  readonly placement: Placement;
  /** The cluster that is there already, when the bundle is to change one. */
  readonly target?: ClusterTarget;
  /** The single step that the bundle is for; absent when it is for all of a cluster. */
  readonly step?: StepOperation;
  /** Whether the cluster runs already, so that the bundle has to bring the public half of its signing key. */
  readonly signsAlready?: boolean;
}

/** What a bundle says: a desired state when all is well, else every problem. */
export interface BundleReading {
  /** Present when there are no problems. */
  readonly desired?: DesiredState;
  /** The cluster's name as far as it is known and usable. */
  readonly clusterName?: string;
  readonly problems: readonly Problem[];
  readonly skipped: readonly SkippedDocument[];
  readonly warnings: readonly string[];
}

const ANY_CLUSTER: ClusterSpec = {
  name: 'a',
  region: 'us-east-1',
  featureSet: 'Default',
  rolePath: '/',
  tags: {},
};
const ANY_PARTITION = { id: 'aws', dnsSuffix: 'amazonaws.com' };

const RELEASE_UNKNOWN =
  'Nothing says which release the cluster runs, so no audit can open the way to a newer one. Say it as release in cluster.yaml.';

/** What decides which requests count. */
const COUNTING = ['release', 'featureSet', 'featureGates', 'capabilities'];

/** A reading, and the requests that count and can be read, whatever else is wrong. What they say is a stranger's. */
export interface WithRequests {
  readonly reading: BundleReading;
  readonly requests: readonly CredentialsRequest[];
}

/**
 * Reads the files of a bundle: which cluster, which CredentialsRequests, and whether all of it can be done.
 * Pure; every problem of every document is returned together.
 */
export function readBundle(files: readonly BundleFile[], context: BundleContext): BundleReading {
  return readWithRequests(files, context).reading;
}

/** The same for whoever wants to see what would be made of a bundle that is refused. */
export function readWithRequests(files: readonly BundleFile[], context: BundleContext): WithRequests {
  const { requests, desired, problems, skipped: all, warnings: given, ...reading } = readAll(files, context);
  const [skipped, warnings] = [boundedSkipped(all), boundedWarnings(given)];
  return {
    requests,
    reading: {
      ...reading,
      problems: boundedProblems(problems),
      skipped,
      warnings,
      ...defined({ desired: desired && { ...desired, skipped, warnings } }),
    },
  };
}

function readAll(
  files: readonly BundleFile[],
  context: BundleContext,
): BundleReading & Pick<WithRequests, 'requests'> {
  const sorted = sortDocuments(files);
  const { documents, clusterConfigs, installConfigs, problems } = sorted;
  const allReadable = problems.length === 0;
  const add = (more: readonly Problem[]) => {
    for (const problem of more) problems.push(problem);
  };
  const [clusterConfig, installConfig] = [clusterConfigs[0], installConfigs[0]];
  add(oneOnly('cluster.yaml', clusterConfigs));
  add(oneOnly('install-config.yaml', installConfigs));

  const { target, step } = context;
  const run = target && clusterRun(target.operation);
  const makesRoles = step === undefined || clusterRun(step).makes.includes('roles');
  const sources: IdentitySources = {
    key: plannedKey(context.bundle.key) ?? context.bundle.key,
    ...defined({ clusterConfig, installConfig }),
  };
  const identity =
    target === undefined
      ? identifyCluster(sources, context.rules)
      : identifyRegistered(
          sources,
          target.current.cluster,
          'release' in target ? target.release : undefined,
          context.rules,
        );
  if (identity.release !== undefined && (target === undefined || 'release' in target))
    add(checkPayload(files, identity.release));
  const selected = chooseRequests(documents, identity, target?.current);
  const { requests, problems: requestProblems } = selected;
  const skipped = [...sorted.skipped, ...selected.skipped];
  add(identity.problems.map((problem) => withBackups(problem, sorted.backups)));
  add(requestProblems);
  add(guardRequests(requests, context.guard));
  const { known, misstated } = identity;
  if (known.region !== undefined)
    add(checkPartitions(requests, partitionOf({ ...ANY_CLUSTER, ...known }, context.placement)));
  const warnings = [
    ...identity.warnings,
    ...(identity.release === undefined && !misstated.has('release') ? [RELEASE_UNKNOWN] : []),
    ...sorted.warnings,
    ...selected.warnings,
    ...namesOfNothing(requests, context.guard),
    ...secretWarnings(files),
  ];
  const reading = {
    requests,
    skipped,
    warnings,
    problems,
    ...defined({ clusterName: identity.name }),
  };

  // Where the cluster is not known, the requests are checked as those of a cluster with the shortest of names:
  // what is wrong with them then is wrong for any.
  const spec = { ...ANY_CLUSTER, ...known };
  const regionPartition = partitionOfRegion(spec.region) ?? partitionNamed(spec.partition) ?? ANY_PARTITION;
  const isKeyKnown = !misstated.has('publicKeyFile') && !misstated.has('issuer');
  const ofBundle =
    target === undefined && isKeyKnown ? readBundleKey(files, spec, warnings, problems) : undefined;
  const publicKey = target === undefined ? ofBundle : target.current.publicKeyPem;
  const { placement } = context;
  const existing = spec.issuer?.providerArn;
  if (context.signsAlready === true && isKeyKnown && existing === undefined && publicKey === undefined)
    add(signingKeyNeeded(problems));
  if (existing !== undefined) add(checkProviderArn(existing, placement, clusterConfig?.file));
  if (existing !== undefined && !makesRoles) add(nothingToMake(clusterConfig?.file));
  const issuer =
    target?.current.issuer ??
    (existing === undefined || !isProviderArn(existing)
      ? desiredIssuer(spec.name, spec.region, regionPartition)
      : existingIssuer(existing));
  const roles = requests
    .slice(0, MAX_CREDENTIALS_REQUESTS)
    .map((request) => desiredRole(request, spec, issuer, placement, [sourceOf(target)]));
  const { removeRoles } = identity;
  const asked = {
    roles,
    named: [...removeRoles, ...selected.tombstones.map((secretRef) => roleName(spec.name, secretRef))],
  };
  // A request that is refused or cannot be read is missing here, and its absence is no problem of its own.
  const isNeeded = target === undefined ? makesRoles : operationFacts(target.operation).bundle !== 'none';
  const isChosen = !COUNTING.some((field) => misstated.has(field));
  const allThere = allReadable && isChosen && requestProblems.length === 0 && isNeeded;
  const wrong = checkRoles(roles, requests.length);
  add(wrong.filter(({ code }) => code !== 'NoCredentialsRequests' || allThere));
  if (target !== undefined) add(checkTarget(target, asked));
  add(checkNamed(removeRoles, roles, run?.removesByName === true ? target?.current : undefined));
  if (problems.length > 0 || identity.spec === undefined) return reading;
  return {
    ...reading,
    desired: {
      version: 2,
      run: context.run,
      ...defined({ step }),
      ...defined({ clusterChange: target && changeOf(target, asked) }),
      bundle: context.bundle,
      // A cluster that is being upgraded runs its release until it is pruned.
      cluster:
        target !== undefined && 'release' in target && run?.movesRelease === true
          ? { ...spec, release: target.release }
          : spec,
      tags: desiredTags(spec),
      issuer,
      providerArn:
        target?.current.providerArn ??
        existing ??
        providerArn(placement.iamPartition, placement.accountId, issuer.host),
      ...defined({ publicKeyPem: publicKey, approval: identity.approval }),
      acceptedKeys: identity.acceptedKeys ?? [],
      // What the bundle asks for besides is checked all the same: it is the bundle of the other steps too.
      roles: makesRoles ? roles : [],
      addOns: target !== undefined && 'addOn' in target ? [{ name: target.addOn, roles }] : [],
      skipped,
      warnings,
    },
  };
}

/** What says nothing of the cluster may stand in a file that is called otherwise. */
function withBackups(problem: Problem, backups: readonly string[]): Problem {
  if (problem.code !== 'ClusterIdentityMissing' || backups.length === 0) return problem;
  return { ...problem, remedy: `${problem.remedy} ${backups.slice(0, 3).join(' ')}` };
}

/** The partition that a cluster is in; on an emulator that of its region, whatever the account is called. */
function partitionOf({ region, partition }: ClusterSpec, { iamPartition }: Placement): string {
  return partitionOfRegion(region)?.id ?? partition ?? iamPartition;
}

/** Whoever keeps an existing issuer has its keys and its provider, too. */
function nothingToMake(file: string | undefined): Problem[] {
  const step = stepOf('roles');
  return [
    {
      code: 'ClusterConfigInvalid',
      ...defined({ file }),
      field: 'issuer',
      message: 'An existing issuer has its signing key and its identity provider already.',
      remedy: `Upload the bundle below ${step}/: of such a cluster that makes all there is to make.`,
    },
  ];
}

/** A payload that says itself that it is of another release than the run is about. */
function checkPayload(files: readonly BundleFile[], release: string): readonly Problem[] {
  return ofAnotherMinor(payloadReleases(files), release).map((said) => ({
    code: 'ClusterIdentityConflict',
    file: said.file,
    message: `It says that the payload is of release ${quoted(said.release)}, and the bundle is for ${quoted(release)}.`,
    remedy: `Pack the payload of ${release}, or correct the release in the key, or in cluster.yaml.`,
  }));
}
