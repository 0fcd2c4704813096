import type { KnownCluster } from './apply-change.ts';
import { operationOf } from './cluster-change.ts';
import type { DesiredState } from './desired-state.ts';
import { allChanges, type Plan } from './plan.ts';

/**
 * Why a run has to wait until somebody approves its plan, one sentence each; empty when it need not. A run that changes nothing
 * waits for nobody, but for taking the demand itself back, and for accepting a key: the registry alone has that.
 *
 * @param known The cluster as the registry knows it.
 * @param operations Those whose plans the deployment wants to have approved, whatever the cluster.
 */
export function reasonsForApproval(
  desired: DesiredState,
  plan: Plan,
  known: KnownCluster | undefined,
  operations: readonly string[],
): readonly string[] {
  const operation = operationOf(desired);
  const takesBack = known?.entry.approval === 'required' && desired.approval !== 'required';
  const demands = [
    ...(takesBack || desired.approval === 'required'
      ? [`What changes of cluster ${desired.cluster.name} has to be approved.`]
      : []),
    ...(operations.includes(operation) ? [`This deployment has every ${operation} approved.`] : []),
  ];
  if (demands.length === 0) return [];
  const particular = [
    ...(takesBack ? ['This run takes back that changes of the cluster have to be approved.'] : []),
    ...newlyTrusted(plan, known).map((kid) => `From this run on the signing key ${kid} is trusted.`),
  ];
  return particular.length > 0 || allChanges(plan).length > 0 ? [...demands, ...particular] : [];
}

/** Keys that were in the JWKS of a known cluster, and that nobody answered for before. */
function newlyTrusted(
  { signingKey: { keys = [] } }: Plan,
  known: KnownCluster | undefined,
): readonly string[] {
  if (known === undefined) return [];
  const isTrusted = (state: string) => state === 'signing' || state === 'next';
  const before = new Set(
    (known.entry.keys ?? []).flatMap(({ thumbprint, state }) => (isTrusted(state) ? [thumbprint] : [])),
  );
  return keys.flatMap(({ kid, thumbprint, state }) =>
    isTrusted(state) && !before.has(thumbprint) ? [kid] : [],
  );
}
