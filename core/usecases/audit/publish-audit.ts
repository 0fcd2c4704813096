import type { ReleaseBundle } from '../../domain/audit/release-bundle.ts';
import { releaseNews } from '../../domain/audit/release-news.ts';
import type {
  AuditCounts,
  AuditReport,
  AvailableRelease,
  ClusterAudit,
  Finding,
} from '../../domain/audit/report.ts';
import { defined } from '../../util/defined.ts';

/** The release bundles as the report lists them: without their documents, and with what is new in them. */
export function availableReleases(
  bundles: readonly (ReleaseBundle & { readonly requests: number })[],
): AvailableRelease[] {
  return bundles.map((bundle) => {
    const { release, source, cluster, requests, problems, ignored = [] } = bundle;
    return {
      release,
      source,
      ...defined({ cluster }),
      requests,
      problems: [...problems],
      ...(ignored.length === 0 ? {} : { ignored: [...ignored] }),
      ...defined({ news: releaseNews(bundle, bundles) }),
    };
  });
}

/** Adds up what an audit found. */
export function countAudit(clusters: readonly ClusterAudit[]): AuditCounts {
  const findings = clusters.flatMap(allFindings);
  const releases = clusters.flatMap((cluster) => cluster.releases);
  const clustersOf = (status: ClusterAudit['status']) =>
    clusters.filter((cluster) => cluster.status === status).length;
  const releasesOf = (status: 'ready' | 'not-ready' | 'unknown') =>
    releases.filter((release) => release.status === status).length;
  const severities = (severity: Finding['severity']) =>
    findings.filter((found) => found.severity === severity).length;
  return {
    clusters: clusters.length,
    clean: clustersOf('clean'),
    drifted: clustersOf('drifted'),
    unknown: clustersOf('unknown'),
    ready: releasesOf('ready'),
    notReady: releasesOf('not-ready'),
    unknownReleases: releasesOf('unknown'),
    critical: severities('critical'),
    warning: severities('warning'),
    info: severities('info'),
    new: findings.filter(({ isNew, severity }) => isNew && severity !== 'info').length,
  };
}

function allFindings({ drift, releases }: ClusterAudit): Finding[] {
  return [...drift, ...releases.flatMap(({ findings }) => findings)];
}

/** One value of a metric, by the dimensions it is counted under. */
export interface MetricValue {
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The metrics of the whole fleet, which have no dimension of their own. */
export function fleetMetrics({ clusters, counts }: AuditReport): MetricValue[] {
  const notReady = (cluster: ClusterAudit) => cluster.releases.some(({ status }) => status !== 'ready');
  const fleet = (name: string, value: number): MetricValue => ({ name, value, dimensions: {} });
  return [
    fleet('ClustersAudited', counts.clusters),
    fleet('ClustersNotReady', clusters.filter(notReady).length),
    fleet('ClustersDrifted', counts.drifted),
    fleet('ClustersUnknown', counts.unknown),
    fleet('CriticalFindings', counts.critical),
  ];
}

/** The metrics of every cluster, and of every cluster and release. */
export function clusterMetrics({ clusters }: AuditReport): MetricValue[] {
  return clusters.flatMap((cluster) => [
    // Of an unknown cluster no number would be true.
    ...(cluster.status === 'unknown'
      ? []
      : [
          {
            name: 'DriftFindings',
            value: cluster.drift.filter(({ severity }) => severity !== 'info').length,
            dimensions: { Cluster: cluster.cluster },
          },
        ]),
    ...cluster.releases.map(({ release, status }) => ({
      name: 'NotReady',
      value: status === 'ready' ? 0 : 1,
      dimensions: { Cluster: cluster.cluster, Release: release },
    })),
  ]);
}
