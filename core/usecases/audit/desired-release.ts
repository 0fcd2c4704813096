import type { ReleaseBundle } from '../../domain/audit/release-bundle.ts';
import { selectRequests } from '../../domain/credentials-request.ts';
import {
  type DesiredRole,
  type DesiredState,
  desiredRole,
  type Placement,
} from '../../domain/desired-state.ts';
import { formatProblem } from '../../domain/problem.ts';

/** What a release asks of one cluster, or why that is not known. */
export type DesiredRelease =
  | { readonly bundle: ReleaseBundle; readonly roles: readonly DesiredRole[] }
  | { readonly bundle: ReleaseBundle; readonly problems: readonly string[] };

/** The roles that a release would have in a cluster. The cluster's feature set decides which requests count. */
export function desiredReleaseOf(
  bundle: ReleaseBundle,
  desired: DesiredState,
  placement: Placement,
): DesiredRelease {
  if (bundle.problems.length > 0) return { bundle, problems: bundle.problems };
  const { cluster, issuer } = desired;
  const { requests, problems } = selectRequests(bundle.documents, cluster.featureSet);
  if (problems.length > 0) return { bundle, problems: problems.map(formatProblem) };
  if (requests.length === 0)
    return {
      bundle,
      problems: [`The bundle holds no CredentialsRequest for the feature set ${cluster.featureSet}.`],
    };
  return { bundle, roles: requests.map((request) => desiredRole(request, cluster, issuer, placement)) };
}
