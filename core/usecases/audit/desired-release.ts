import type { ReleaseBundle } from '../../domain/audit/release-bundle.ts';
import { partitionOfRegion } from '../../domain/aws-partition.ts';
import { checkTarget } from '../../domain/change-of.ts';
import { secretRefOf, selectRequests, type UnclearRequest } from '../../domain/credentials-request.ts';
import {
  type DesiredRole,
  type DesiredState,
  desiredRole,
  type Placement,
} from '../../domain/desired-state.ts';
import { guardRequests } from '../../domain/guard-requests.ts';
import { isForAws } from '../../domain/inclusion/belonging.ts';
import { inclusionTarget } from '../../domain/inclusion/target.ts';
import { amongSecrets, type SecretRef } from '../../domain/manifests.ts';
import type { GuardRules } from '../../domain/policy-guard.ts';
import { formatProblem, type Problem } from '../../domain/problem.ts';
import { checkPartitions } from '../../domain/resource-partitions.ts';
import { checkRoles } from '../../domain/role-checks.ts';

/** What the deployment decides about every release. */
export interface ReleaseRules {
  readonly placement: Placement;
  readonly guard: GuardRules;
}

/** A request of which it is not known whether it is for the cluster, and the role that it would have. */
export type UnclearRole = Pick<UnclearRequest, 'at' | 'because' | 'reason'> & {
  /** Absent when the request cannot be read; then `problems` says why. */
  readonly role?: DesiredRole;
  readonly problems: readonly string[];
};

/** What a release asks of one cluster. */
export interface KnownRelease {
  readonly bundle: ReleaseBundle;
  readonly roles: readonly DesiredRole[];
  readonly unclear: readonly UnclearRole[];
  /** Secrets that a tombstone of the release names. */
  readonly tombstones: readonly SecretRef[];
  /** Secrets of all requests for AWS in the bundle, whether they are for the cluster or not. */
  readonly mentioned: readonly SecretRef[];
  /** Why `upgrade/` would refuse the bundle. */
  readonly refusals: readonly Problem[];
}

/** What a release asks of one cluster, or why that is not known. */
export type DesiredRelease =
  | KnownRelease
  | { readonly bundle: ReleaseBundle; readonly problems: readonly string[] };

/** The roles that a release would have in a cluster, by the rules that `upgrade/` goes by too. */
export function desiredReleaseOf(
  bundle: ReleaseBundle,
  desired: DesiredState,
  { placement, guard }: ReleaseRules,
): DesiredRelease {
  if (bundle.problems.length > 0) return { bundle, problems: bundle.problems };
  const { cluster, issuer } = desired;
  const { featureSet, featureGates, capabilities } = cluster;
  const has = amongSecrets(desired.roles.map(({ secretRef }) => secretRef));
  const target = inclusionTarget(bundle.documents, bundle.gates ?? [], {
    featureSet,
    release: bundle.release,
    featureGates,
    capabilities,
    has,
  });
  const { requests, unclear, tombstones, problems } = selectRequests(bundle.documents, target);
  if (problems.length > 0) return { bundle, problems: problems.map(formatProblem) };
  if (requests.length + unclear.length === 0)
    return {
      bundle,
      problems: [`The bundle holds no CredentialsRequest for the feature set ${featureSet}.`],
    };
  const roleOf = (request: (typeof requests)[number]) => desiredRole(request, cluster, issuer, placement);
  const roles = requests.map(roleOf);
  const asked = { roles, named: [] };
  return {
    bundle,
    roles,
    unclear: unclear.map(({ request, problems: wrong, ...each }) => ({
      ...each,
      ...(request === undefined ? {} : { role: roleOf(request) }),
      problems: wrong.map(formatProblem),
    })),
    tombstones,
    mentioned: bundle.documents
      .filter(({ value }) => isForAws(value))
      .flatMap(({ value }) => secretRefOf(value)),
    refusals: [
      ...guardRequests(requests, guard),
      ...checkPartitions(requests, partitionOfRegion(cluster.region)?.id ?? placement.iamPartition),
      ...checkRoles(roles),
      ...checkTarget({ operation: 'upgrade', current: desired, release: bundle.release }, asked),
    ],
  };
}
