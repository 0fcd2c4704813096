import type { ObjectStore } from '../../aws/object-store.ts';
import type { Simulator } from '../../aws/policy-simulator.ts';
import type { ClusterAudit } from '../../domain/audit/report.ts';
import type { Audit } from '../../storage/audit.ts';
import * as documents from '../../storage/documents.ts';
import { defined } from '../../util/defined.ts';
import { auditCluster, type readBundles, readRecord, readRoles, unknownCluster } from './audit-cluster.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { releasesFor } from './compare-bundles.ts';
import type { ReleaseRules } from './desired-release.ts';
import { readHandedOver } from './handed-over.ts';
import { type ObserveCollaborators, observeCluster } from './observe.ts';
import { doubtAbout } from './run-at-work.ts';
import { simulateReleases } from './simulate.ts';

/** What an audit of one cluster works with. */
export interface AuditCollaborators extends Pick<ObserveCollaborators, 'store' | 'providers'> {
  /** Where the issuer of a cluster is looked at: through S3, and as anybody sees it. */
  readonly issuerOf: (record: ClusterRecord) => Pick<ObserveCollaborators, 'issuerBucket' | 'readIssuer'>;
  /** The release bundles of the audit; the same for all of its clusters. */
  readonly bundles: () => ReturnType<typeof readBundles>;
  /** Absent where IAM's policy simulator is not to be asked. */
  readonly simulator?: Simulator;
  readonly rules: ReleaseRules;
  /** Where what was found in running clusters is handed over. */
  readonly intake: Pick<ObjectStore, 'get'>;
  readonly outputBucket: string;
}

/** Audits one cluster as it is on record and in the account now, and keeps what was found. */
export async function auditInAccount(
  audit: Audit,
  cluster: string,
  collaborators: AuditCollaborators,
): Promise<ClusterAudit> {
  const { store } = collaborators;
  const found = await look(audit, cluster, collaborators);
  await documents.auditOfCluster.write({ audit: audit.id, cluster }, found, store);
  return found;
}

async function look(
  { id: audit, startedAt }: Audit,
  cluster: string,
  { store, providers, issuerOf, bundles, simulator, rules, intake, outputBucket }: AuditCollaborators,
): Promise<ClusterAudit> {
  const [record, roles, available, latest, verified] = await Promise.all([
    readRecord(cluster, store),
    readRoles(audit, cluster, store),
    bundles(),
    // One that cannot be read is as good as none: what it opened is opened or taken back by what is found now.
    documents.latestAuditOfCluster.read({ cluster }, store, () => undefined),
    readHandedOver(cluster, intake),
  ]);
  const previous = latest?.value;
  if (typeof record === 'string') return unknownCluster(audit, cluster, record, previous);
  const releases = releasesFor(record, available, rules);
  const [observed, simulation] = await Promise.all([
    observeCluster(record, roles, { store, providers, ...issuerOf(record) }),
    simulator === undefined ? undefined : simulateReleases(releases, roles, simulator),
  ]);
  // After everything was read: what a run did until then may be half of what it does.
  const doubt = await doubtAbout(record.entry, startedAt, store);
  return auditCluster({
    audit,
    record,
    observed,
    releases,
    previous,
    outputBucket,
    ...defined({ doubt, verified }),
    ...simulation,
  });
}
