import { describe, expect, it } from 'vitest';
import type { FolderPattern, KeyPattern } from '../../../core/storage/key-pattern.ts';
import * as layout from '../../../core/storage/layout.ts';

const PLACE = { cluster: 'demo', run: 'run-1', audit: 'audit-1', release: '4.21.0', addOn: 'efs' };

/** Operators and their scripts know these keys, and a bucket is full of them: none may change by accident. */
const KEYS: Readonly<Record<string, string>> = {
  clusters: 'clusters/',
  clusterFolder: 'clusters/demo/',
  registryEntry: 'clusters/demo/cluster.json',
  tombstone: 'clusters/demo/deleted.json',
  lock: 'clusters/demo/lock',
  installFolder: 'clusters/demo/install/',
  installFile: 'clusters/demo/install/a/b.yaml',
  manifests: 'clusters/demo/install/manifests/',
  tlsFiles: 'clusters/demo/install/tls/',
  privateKey: 'clusters/demo/install/tls/bound-service-account-signing-key.key',
  publicKey: 'clusters/demo/install/serviceaccount-signer.public',
  archive: 'clusters/demo/install.tar.gz',
  upgradeFileName: 'upgrades/4.21.0/a/b.yaml',
  upgrades: 'clusters/demo/upgrades/',
  upgradeFolder: 'clusters/demo/upgrades/4.21.0/',
  upgradeFile: 'clusters/demo/upgrades/4.21.0/a/b.yaml',
  addOnFileName: 'add-ons/efs/a/b.yaml',
  addOns: 'clusters/demo/add-ons/',
  addOnFolder: 'clusters/demo/add-ons/efs/',
  addOnFile: 'clusters/demo/add-ons/efs/a/b.yaml',
  runs: 'clusters/demo/runs/',
  runFolder: 'clusters/demo/runs/run-1/',
  bundleReading: 'clusters/demo/runs/run-1/reading.json',
  desiredState: 'clusters/demo/runs/run-1/desired.json',
  plan: 'clusters/demo/runs/run-1/plan.json',
  removal: 'clusters/demo/runs/run-1/removal.json',
  undoRecord: 'clusters/demo/runs/run-1/undo/undo-roles.json',
  failureRecords: 'clusters/demo/runs/run-1/failures/',
  failureRecord: 'clusters/demo/runs/run-1/failures/create-role-3.json',
  runReport: 'clusters/demo/runs/run-1/report.json',
  runReportText: 'clusters/demo/runs/run-1/report.md',
  runReportPage: 'clusters/demo/runs/run-1/report.html',
  offlineArchive: 'clusters/demo/runs/run-1/offline.tar.gz',
  decision: 'clusters/demo/runs/run-1/decision.json',
  failureReport: 'clusters/demo/runs/run-1/failure.json',
  planReport: 'clusters/demo/runs/run-1/plan-report.json',
  planReportText: 'clusters/demo/runs/run-1/plan-report.md',
  planReportPage: 'clusters/demo/runs/run-1/plan-report.html',
  deletionPlan: 'clusters/demo/runs/run-1/deletion.json',
  deletionRecord: 'clusters/demo/runs/run-1/deletion/undo-roles.json',
  deletionReport: 'clusters/demo/runs/run-1/deletion-report.json',
  deletionReportText: 'clusters/demo/runs/run-1/deletion-report.md',
  deletionReportPage: 'clusters/demo/runs/run-1/deletion-report.html',
  rejected: 'rejected/',
  rejectedFolder: 'rejected/run-1/',
  rejectedReport: 'rejected/run-1/report.json',
  rejectedReportText: 'rejected/run-1/report.md',
  runIndex: 'executions/',
  runIndexEntry: 'executions/run-1.json',
  approvalRequest: 'approvals/run-1.json',
  approvalRequests: 'approvals/',
  audits: 'audits/',
  auditRuns: 'audits/runs/',
  auditFolder: 'audits/runs/audit-1/',
  auditReleases: 'audits/runs/audit-1/releases.json',
  auditClusters: 'audits/runs/audit-1/clusters.json',
  auditRoles: 'audits/runs/audit-1/roles/demo.json',
  auditOfCluster: 'audits/runs/audit-1/clusters/demo.json',
  auditFailureRecord: 'audits/runs/audit-1/failures/create-role-3.json',
  auditReport: 'audits/runs/audit-1/report.json',
  auditReportText: 'audits/runs/audit-1/report.md',
  auditReportPage: 'audits/runs/audit-1/report.html',
  clustersFound: 'audits/runs/audit-1/clusters-found.json',
  latestAuditOfCluster: 'audits/clusters/demo.json',
  latestAuditReport: 'audits/latest/report.json',
  latestAuditReportText: 'audits/latest/report.md',
  latestAuditReportPage: 'audits/latest/report.html',
  latestAudit: 'audits/latest/audit.json',
  releaseBundles: 'releases/',
  clusterReleaseBundles: 'audit/',
  handedOver: 'verified/demo.json',
};

type Pattern = KeyPattern | FolderPattern;

const PATTERNS = Object.entries<Pattern | string>(layout).flatMap(([name, each]): [string, Pattern][] =>
  typeof each === 'string' ? [] : [[name, each]],
);

const filled = ({ of }: Pattern) =>
  (of as (filling: object) => string)({
    ...PLACE,
    path: 'a/b.yaml',
    step: 'undo-roles',
    name: 'create-role-3',
  });

describe('the keys of the buckets', () => {
  it('are these', () => {
    expect(Object.fromEntries(PATTERNS.map(([name, pattern]) => [name, filled(pattern)]))).toEqual(KEYS);
  });

  it.each(PATTERNS.filter(([, { pattern }]) => !pattern.endsWith('/')))(
    '%s can be read back',
    (_, pattern) => {
      const key = filled(pattern);
      const filling = (pattern as KeyPattern).parse(key);
      expect((pattern.of as (filling: object) => string)(filling ?? {})).toBe(key);
    },
  );
});
