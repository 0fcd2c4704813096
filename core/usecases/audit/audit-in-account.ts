import type { Simulator } from '../../aws/policy-simulator.ts';
import type { ClusterAudit } from '../../domain/audit/report.ts';
import type { Placement } from '../../domain/desired-state.ts';
import * as documents from '../../storage/documents.ts';
import { defined } from '../../util/defined.ts';
import { lockHolder } from '../lock/lock.ts';
import {
  auditCluster,
  type readBundles,
  readRecord,
  readRoles,
  releasesFor,
  unknownCluster,
} from './audit-cluster.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { type ObserveCollaborators, observeCluster } from './observe.ts';
import { simulateReleases } from './simulate.ts';

/** What an audit of one cluster works with. */
export interface AuditCollaborators extends Pick<ObserveCollaborators, 'store' | 'providers'> {
  /** Where the issuer of a cluster is looked at: through S3, and as anybody sees it. */
  readonly issuerOf: (record: ClusterRecord) => Pick<ObserveCollaborators, 'issuerBucket' | 'readIssuer'>;
  /** The release bundles of the audit; the same for all of its clusters. */
  readonly bundles: () => ReturnType<typeof readBundles>;
  /** Absent where IAM's policy simulator is not to be asked. */
  readonly simulator?: Simulator;
  readonly placement: Placement;
  readonly outputBucket: string;
}

/** Audits one cluster as it is on record and in the account now, and keeps what was found. */
export async function auditInAccount(
  audit: string,
  cluster: string,
  collaborators: AuditCollaborators,
): Promise<ClusterAudit> {
  const { store } = collaborators;
  const found = await look(audit, cluster, collaborators);
  await documents.auditOfCluster.write({ audit, cluster }, found, store);
  return found;
}

async function look(
  audit: string,
  cluster: string,
  { store, providers, issuerOf, bundles, simulator, placement, outputBucket }: AuditCollaborators,
): Promise<ClusterAudit> {
  const [record, roles, available, latest, lock] = await Promise.all([
    readRecord(cluster, store),
    readRoles(audit, cluster, store),
    bundles(),
    documents.latestAuditOfCluster.read({ cluster }, store),
    lockHolder(cluster, store),
  ]);
  const previous = latest?.value;
  if (typeof record === 'string') return unknownCluster(audit, cluster, record, previous);
  const releases = releasesFor(record, available, placement);
  const [observed, simulated] = await Promise.all([
    observeCluster(record, roles, { store, providers, ...issuerOf(record) }),
    simulator === undefined ? undefined : simulateReleases(releases, roles, simulator),
  ]);
  return auditCluster({
    audit,
    record,
    observed,
    releases,
    previous,
    outputBucket,
    ...defined({ runAtWork: lock?.run, simulated }),
  });
}
