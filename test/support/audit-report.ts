import type {
  AuditCounts,
  AuditReport,
  AvailableRelease,
  ClusterAudit,
  Finding,
  ReleaseAudit,
} from '../../core/domain/audit/report.ts';
import { hostileNews } from './release-news.ts';

const AUDIT = 'audit-2026-03-02T04-00-00';
/** Where the bundles of the samples lie. */
export const INTAKE = 's3://sts-prep-intake-123456789012-us-east-2';

/** A report with these clusters and releases, its counts in accord with them. */
export function auditReport(
  clusters: readonly ClusterAudit[],
  releases: readonly AvailableRelease[] = [],
  more: Partial<AuditReport> = {},
): AuditReport {
  return {
    version: 1,
    audit: AUDIT,
    trigger: 'schedule',
    startedAt: '2026-03-02T04:00:00.412Z',
    endedAt: '2026-03-02T04:01:37.090Z',
    previousAudit: 'audit-2026-03-01T04-00-00',
    releases: [...releases],
    clusters: [...clusters],
    counts: countsOf(clusters),
    ...more,
  };
}

function countsOf(clusters: readonly ClusterAudit[]): AuditCounts {
  const releases = clusters.flatMap((cluster) => cluster.releases);
  const findings = [
    ...clusters.flatMap(({ drift }) => drift),
    ...releases.flatMap((release) => release.findings),
  ];
  const isA = (status: ClusterAudit['status']) => clusters.filter((one) => one.status === status).length;
  const isFor = (status: ReleaseAudit['status']) => releases.filter((one) => one.status === status).length;
  const ofSeverity = (severity: Finding['severity']) =>
    findings.filter((one) => one.severity === severity).length;
  return {
    clusters: clusters.length,
    clean: isA('clean'),
    drifted: isA('drifted'),
    unknown: isA('unknown'),
    ready: isFor('ready'),
    notReady: isFor('not-ready'),
    unknownReleases: isFor('unknown'),
    critical: ofSeverity('critical'),
    warning: ofSeverity('warning'),
    info: ofSeverity('info'),
    new: findings.filter(({ isNew }) => isNew).length,
  };
}

/** A finding of which only what matters to a test is said. */
export function sampleFinding(more: Partial<Finding> = {}): Finding {
  return {
    id: 'PermissionsLost:demo-openshift-ingress-operator-cloud-credentials:0a1b2c3d',
    kind: 'PermissionsLost',
    severity: 'critical',
    resource: 'demo-openshift-ingress-operator-cloud-credentials',
    message: 'The role lacks route53:ChangeResourceRecordSets on every resource.',
    remedy: 'Upload the bundle of the cluster again below prepare/.',
    isNew: false,
    ...more,
  };
}

export function sampleRelease(more: Partial<ReleaseAudit> = {}): ReleaseAudit {
  return {
    release: '4.14.0',
    source: `${INTAKE}/releases/4.14.0.tgz`,
    status: 'ready',
    reasons: [],
    findings: [],
    unchanged: 7,
    ...more,
  };
}

export function sampleCluster(more: Partial<ClusterAudit> = {}): ClusterAudit {
  return {
    version: 1,
    audit: AUDIT,
    at: '2026-03-02T04:00:41.118Z',
    cluster: 'demo',
    region: 'us-east-2',
    release: '4.13.21',
    issuer: 'https://demo-oidc.s3.us-east-2.amazonaws.com',
    status: 'clean',
    drift: [],
    releases: [],
    roles: [],
    opened: [],
    ...more,
  };
}

/** A report of a fleet without clusters. */
export function emptyAuditReport(): AuditReport {
  const { previousAudit: _, ...report } = auditReport([]);
  return report;
}

/** A report in which every text that anybody else can have written is the given one. */
export function hostileAuditReport(text: string): AuditReport {
  const finding = (severity: Finding['severity']): Finding => ({
    id: text,
    kind: text,
    severity,
    resource: text,
    message: text,
    live: text,
    // So long that it stands in a place of its own.
    wanted: `${text}${'.'.repeat(300)}`,
    actions: [text],
    remedy: text,
    isNew: true,
  });
  const findings = [finding('critical'), finding('warning'), finding('info')];
  const release = { release: text, source: text, reasons: [text], notes: [text], findings, unchanged: 1 };
  const both = findings.map((each) => ({ ...each, message: `${text}, in both` }));
  // Two that have the same, in words that are not of their names.
  const alike = ['first', 'second'].map((cluster) =>
    sampleCluster({ cluster, drift: both, releases: [{ ...release, findings: both, status: 'not-ready' }] }),
  );
  return auditReport(
    [
      ...alike,
      {
        version: 1,
        audit: text,
        at: text,
        cluster: text,
        region: text,
        release: text,
        issuer: text,
        status: 'drifted',
        reason: text,
        verified: { outcome: 'unknown', at: text, findings: 1, unknown: 1, reason: text },
        drift: findings,
        releases: [
          { ...release, status: 'not-ready' },
          { ...release, status: 'ready', reasons: [], gate: [text, text] },
        ],
        roles: [{ name: text, secret: text, lastUsed: text, region: text }],
        opened: [text],
        retract: { releases: [text], reason: text, commands: [text] },
      },
    ],
    [
      { release: text, source: text, cluster: text, requests: 1, problems: [text] },
      { release: text, source: text, requests: 1, problems: [], news: hostileNews(text) },
    ],
    { audit: text, trigger: text, startedAt: text, endedAt: text, previousAudit: text },
  );
}
