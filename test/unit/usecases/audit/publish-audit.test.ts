import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Severity } from '../../../../core/domain/audit/report.ts';
import { emitMetrics, METRICS_NAMESPACE } from '../../../../core/runtime/emit-metrics.ts';
import {
  availableReleases,
  clusterMetrics,
  countAudit,
  fleetMetrics,
} from '../../../../core/usecases/audit/publish-audit.ts';
import { METRICS_NAMESPACE as DASHBOARD_NAMESPACE } from '../../../../infra/names.ts';
import { auditReport, sampleCluster, sampleFinding, sampleRelease } from '../../../support/audit-report.ts';

const found = (severity: Severity, isNew = false) => sampleFinding({ severity, isNew });

/** One cluster of each status, with releases of each status, and findings of each severity. */
const CLUSTERS = [
  sampleCluster({ cluster: 'clean', releases: [sampleRelease()], drift: [found('info', true)] }),
  sampleCluster({
    cluster: 'drifted',
    status: 'drifted',
    drift: [found('critical', true), found('critical'), found('warning'), found('info')],
    releases: [
      sampleRelease({ release: '4.14.0', status: 'not-ready', findings: [found('critical', true)] }),
      sampleRelease({ release: '4.15.0', status: 'unknown', findings: [found('warning', true)] }),
    ],
  }),
  sampleCluster({ cluster: 'waiting', releases: [sampleRelease({ status: 'unknown' })] }),
  sampleCluster({ cluster: 'unknown', status: 'unknown' }),
];

const COUNTS = {
  ...{ clusters: 4, clean: 2, drifted: 1, unknown: 1 },
  ...{ ready: 1, notReady: 1, unknownReleases: 2 },
  ...{ critical: 3, warning: 2, info: 2, new: 3 },
};

describe('the counts of an audit', () => {
  it('are of clusters, of releases, and of findings in both', () => {
    expect(countAudit(CLUSTERS)).toEqual(COUNTS);
  });

  it('are zero without clusters', () => {
    expect(new Set(Object.values(countAudit([])))).toEqual(new Set([0]));
  });
});

describe('the metrics of an audit', () => {
  const report = auditReport(CLUSTERS, [], { counts: COUNTS });
  const of = (metric: string) =>
    clusterMetrics(report)
      .filter(({ name }) => name === metric)
      .map(({ value, dimensions }) => [value, dimensions]);

  it('are of the fleet, without a dimension', () => {
    expect(fleetMetrics(report)).toEqual(
      [
        ['ClustersAudited', 4],
        ['ClustersNotReady', 2],
        ['ClustersDrifted', 1],
        ['ClustersUnknown', 1],
        ['CriticalFindings', 3],
      ].map(([name, value]) => ({ name, value, dimensions: {} })),
    );
  });

  it('are of each cluster: what has drifted, and has to be mended', () => {
    expect(of('DriftFindings')).toContainEqual([0, { Cluster: 'clean' }]);
    expect(of('DriftFindings')).toContainEqual([3, { Cluster: 'drifted' }]);
    expect(of('DriftFindings')).toContainEqual([0, { Cluster: 'waiting' }]);
  });

  it('are of each cluster and release: what is not known to be ready is not ready', () => {
    expect(of('NotReady')).toEqual([
      [0, { Cluster: 'clean', Release: '4.14.0' }],
      [1, { Cluster: 'drifted', Release: '4.14.0' }],
      [1, { Cluster: 'drifted', Release: '4.15.0' }],
      [1, { Cluster: 'waiting', Release: '4.14.0' }],
    ]);
  });
});

describe('an available release in the report', () => {
  const bundle = {
    release: '4.20.3',
    source: 's3://intake/releases/4.20.3.tgz',
    documents: [{ file: 'a.yaml', document: 1, value: { kind: 'CredentialsRequest' } }],
    problems: ['It is broken.'],
    requests: 3,
  };
  const { documents: _, ...listed } = bundle;

  it('is without its documents, and with what is new in it', () => {
    const news = { notes: ['Its bundle cannot be used.'], requests: [] };
    expect(availableReleases([bundle])).toEqual([{ ...listed, news }]);
  });

  it('has no news when it is for one cluster only', () => {
    expect(availableReleases([{ ...bundle, cluster: 'demo' }])).toEqual([{ ...listed, cluster: 'demo' }]);
  });

  it('is compared with the others that are available', () => {
    const usable = { ...bundle, problems: [] };
    const news = availableReleases([{ ...usable, release: '4.21.0' }, usable]).map(
      (release) => release.news?.against,
    );
    expect(news).toEqual(['4.20.3', undefined]);
  });
});

describe('the metrics in the log', () => {
  let lines: Record<string, unknown>[];

  beforeEach(() => {
    lines = [];
    // In this mode Powertools writes to the global console.
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    vi.spyOn(console, 'log').mockImplementation((text: string) => {
      lines.push(JSON.parse(text));
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  /** What CloudWatch reads of a line. */
  const metricOf = (line: Record<string, unknown> = {}) =>
    (line['_aws'] as { CloudWatchMetrics: unknown } | undefined)?.CloudWatchMetrics;

  it('of the fleet are counted by their service alone', () => {
    emitMetrics([{ name: 'ClustersDrifted', value: 7, dimensions: {} }]);
    expect(lines).toEqual([{ _aws: expect.anything(), service: 'sts-prep', ClustersDrifted: 7 }]);
    expect(metricOf(lines[0])).toEqual([
      {
        Namespace: 'sts-prep',
        Dimensions: [['service']],
        Metrics: [{ Name: 'ClustersDrifted', Unit: 'Count' }],
      },
    ]);
  });

  it('of clusters and releases are counted by these, and not by the service', () => {
    emitMetrics([
      { name: 'DriftFindings', value: 3, dimensions: { Cluster: 'demo' } },
      { name: 'NotReady', value: 1, dimensions: { Cluster: 'demo', Release: '4.14.0' } },
      { name: 'NotReady', value: 0, dimensions: { Cluster: 'demo-2', Release: '4.14.0' } },
    ]);
    expect(lines).toEqual([
      { _aws: expect.anything(), Cluster: 'demo', DriftFindings: 3 },
      { _aws: expect.anything(), Cluster: 'demo', Release: '4.14.0', NotReady: 1 },
      { _aws: expect.anything(), Cluster: 'demo-2', Release: '4.14.0', NotReady: 0 },
    ]);
    expect(lines.map(metricOf)).toEqual(
      [
        [['Cluster'], 'DriftFindings'],
        [['Cluster', 'Release'], 'NotReady'],
        [['Cluster', 'Release'], 'NotReady'],
      ].map(([dimensions, name]) => [
        { Namespace: 'sts-prep', Dimensions: [dimensions], Metrics: [{ Name: name, Unit: 'Count' }] },
      ]),
    );
  });

  it('do not carry dimensions on from one to the next', () => {
    emitMetrics([
      { name: 'DriftFindings', value: 3, dimensions: { Cluster: 'demo' } },
      { name: 'ClustersDrifted', value: 7, dimensions: {} },
    ]);
    expect(lines[1]).toEqual({ _aws: expect.anything(), service: 'sts-prep', ClustersDrifted: 7 });
  });

  it('are in the namespace of the dashboard', () => {
    expect(METRICS_NAMESPACE).toBe(DASHBOARD_NAMESPACE);
  });
});
