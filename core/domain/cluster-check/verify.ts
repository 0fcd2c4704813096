import { checkClusterWide } from './cluster-wide.ts';
import { checkComponents } from './components.ts';
import type { PreparedCluster } from './prepared.ts';
import { type ClusterCheckReport, outcomeOf } from './report.ts';
import { unknown } from './results.ts';
import type { ClusterSnapshot } from './snapshot.ts';

/** Compares a cluster, as far as it was read, with what was prepared for it. Pure. */
export function verifyCluster(
  cluster: ClusterSnapshot,
  prepared: PreparedCluster,
  at: string,
): ClusterCheckReport {
  const { name, run, roles, unfinished } = prepared;
  const why =
    unfinished ??
    (roles.length === 0 ? 'No role was prepared, so no component can be looked at.' : undefined);
  const results = [
    ...checkClusterWide(cluster, prepared),
    ...(why === undefined
      ? []
      : [{ ...unknown('prepared', name, why), remedy: 'Prepare what is missing, and verify again.' }]),
    ...checkComponents(cluster, prepared),
  ];
  return { version: 1, cluster: name, at, outcome: outcomeOf(results), preparedBy: run, results };
}
