import type { ClusterAudit } from '../domain/audit/report.ts';
import type { PreparedCluster, PreparedRole } from '../domain/cluster-check/prepared.ts';
import { readFacts } from '../domain/cluster-check/read-facts.ts';
import type { ClusterCheckReport } from '../domain/cluster-check/report.ts';
import type { ClusterSnapshot, FactsName, Reading } from '../domain/cluster-check/snapshot.ts';
import { verifyCluster } from '../domain/cluster-check/verify.ts';
import type { DesiredRole, DesiredState } from '../domain/desired-state.ts';
import { AUDIENCES, serviceAccountSubject, TOKEN_PATH } from '../domain/names.ts';
import { whatIsToCome } from '../domain/parts.ts';
import type { StoredEntry } from '../domain/registry.ts';
import { checked, digestOf } from '../storage/document.ts';
import * as documents from '../storage/documents.ts';
import * as layout from '../storage/layout.ts';
import { defined } from '../util/defined.ts';

/** What the output bucket has of a cluster, as bytes. */
export interface PreparedRecords {
  /** `clusters/<name>/cluster.json` */
  readonly entry: Uint8Array;
  /** `clusters/<name>/runs/<last run>/desired.json` */
  readonly desired: Uint8Array;
  /** `audits/clusters/<name>.json`; absent where no audit of the cluster was copied. */
  readonly audit?: Uint8Array;
}

/**
 * What a cluster is compared with, of its records. Throws DocumentUnreadable, DocumentVersionUnknown, and RecordTampered
 * where the desired state is not the one of the last run.
 */
export function preparedCluster({ entry, desired, audit }: PreparedRecords): PreparedCluster {
  const known = documents.registryEntry.parse(entry, 'cluster.json');
  const { name: cluster, lastRun } = known;
  const key = layout.desiredState.of({ cluster, run: lastRun.id });
  const state = documents.desiredState.parse(desired, 'desired.json');
  checked({ value: state, etag: '', digest: digestOf(desired) }, lastRun.desired, key);
  return {
    ...preparedOf(known, state),
    audit: latestAudit(cluster, audit && documents.latestAuditOfCluster.parse(audit, 'audit.json')),
  };
}

function preparedOf(entry: StoredEntry, desired: DesiredState): Omit<PreparedCluster, 'audit'> {
  const { name, release, upgrades = [], lastRun } = entry;
  return {
    name,
    run: lastRun.id,
    issuer: desired.issuer.url,
    audiences: AUDIENCES,
    ...defined({ release, unfinished: whatIsToCome(name, desired)?.message }),
    upgrades,
    roles: desired.roles.map((role) => preparedRole(role, entry)),
  };
}

function preparedRole(role: DesiredRole, entry: StoredEntry): PreparedRole {
  const { arn, secretRef, cloudTokenPath = TOKEN_PATH, subjects, requestedBy, name } = role;
  const since = role.since ?? entry.roles.find((each) => each.name === name)?.since;
  const prefix = serviceAccountSubject(secretRef.namespace, '');
  return {
    arn,
    secret: secretRef,
    tokenPath: cloudTokenPath,
    serviceAccounts: subjects.map((subject) => subject.slice(prefix.length)),
    ...defined({ since }),
    ofAddOn: requestedBy.length > 0 && requestedBy.every(({ type }) => type === 'add-on'),
  };
}

function latestAudit(cluster: string, audit: ClusterAudit | undefined): PreparedCluster['audit'] {
  if (audit === undefined) return 'No audit of the cluster is at hand, which would say what it opens.';
  if (audit.cluster !== cluster) return 'The audit that is at hand is of another cluster.';
  if (audit.status === 'unknown')
    return `The audit of ${audit.at} could not tell how the cluster is, so neither what it opens.`;
  const { at, opened, retract } = audit;
  return { at, opened, retracted: retract?.releases ?? [] };
}

/** What `oc get` printed of a kind of object, or why that is not known; undefined where there is no such file. */
export type TextOf = (name: FactsName) => string | { readonly unknown: string } | undefined;

/** Reads what there is of a cluster; a kind of object that was not read is unknown, and never fine. */
export function clusterSnapshot(textOf: TextOf): ClusterSnapshot {
  const read = <Name extends FactsName>(name: Name): Reading<Name> => {
    const text = textOf(name) ?? { unknown: `${name}.json is not there.` };
    return typeof text === 'string' ? readFacts(name, text) : text;
  };
  return {
    clusterversion: read('clusterversion'),
    authentication: read('authentication'),
    cloudcredential: read('cloudcredential'),
    credentialsrequests: read('credentialsrequests'),
    secrets: read('secrets'),
    pods: read('pods'),
  };
}

/** Verifies a cluster by what `oc get` printed and what the output bucket has of it. Throws as `preparedCluster` does. */
export function verifyByFiles(textOf: TextOf, records: PreparedRecords, at: Date): ClusterCheckReport {
  return verifyCluster(clusterSnapshot(textOf), preparedCluster(records), at.toISOString());
}
