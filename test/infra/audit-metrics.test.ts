import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AuditReport, ClusterAudit } from '../../core/domain/audit/report.ts';
import { emitMetrics } from '../../core/runtime/emit-metrics.ts';
import { clusterMetrics, countAudit, fleetMetrics } from '../../core/usecases/audit/publish-audit.ts';
import { resources, synthesise } from './synthesise.ts';

/** A line of log in CloudWatch's embedded metric format. */
interface EmbeddedMetrics {
  readonly _aws: {
    readonly CloudWatchMetrics: {
      readonly Namespace: string;
      readonly Dimensions: string[][];
      readonly Metrics: { readonly Name: string }[];
    }[];
  };
  readonly [dimension: string]: unknown;
}

const template = synthesise();
const lines: EmbeddedMetrics[] = [];

beforeEach(() => {
  // In this mode Powertools write to the global console, if they are told to write at all.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(JSON.parse(line));
  });
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What CloudWatch makes of the log: `Namespace Metric {Dimension: value}`. */
function written(): string[] {
  return lines.flatMap((line) =>
    line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((names) =>
        Metrics.map(({ Name }) => {
          const values = names.sort().map((name) => [name, line[name]]);
          return `${Namespace} ${Name} ${JSON.stringify(Object.fromEntries(values))}`;
        }),
      ),
    ),
  );
}

const cluster: ClusterAudit = {
  version: 1,
  audit: 'audit-1',
  at: '2026-01-01T00:00:00.000Z',
  cluster: 'prod',
  status: 'drifted',
  drift: [],
  releases: [
    {
      release: '4.21.0',
      source: 's3://intake/releases/4.21.0.tgz',
      status: 'not-ready',
      reasons: [],
      findings: [],
      unchanged: 0,
    },
  ],
  roles: [],
  opened: [],
};

test('alarms watch what PublishAudit writes, under the same dimensions', () => {
  const report: AuditReport = {
    version: 1,
    audit: 'audit-1',
    trigger: 'schedule',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    releases: [],
    clusters: [cluster],
    counts: countAudit([cluster]),
  };
  emitMetrics([...fleetMetrics(report), ...clusterMetrics(report)]);
  const watched = resources(template, 'AWS::CloudWatch::Alarm')
    .filter(([id, { Properties }]) => id.startsWith('AuditAlarms') && Properties.Namespace === 'sts-prep')
    .map(([, { Properties }]) => {
      const dimensions = (Properties.Dimensions ?? []) as { Name: string; Value: string }[];
      const values = dimensions.map(({ Name, Value }) => [Name, Value]).sort();
      return `${Properties.Namespace} ${Properties.MetricName} ${JSON.stringify(Object.fromEntries(values))}`;
    });
  expect(watched).toHaveLength(4);
  expect(written()).toEqual(expect.arrayContaining(watched));
  // The dashboard searches for these dimensions.
  expect(written()).toContain('sts-prep DriftFindings {"Cluster":"prod"}');
  expect(written()).toContain('sts-prep NotReady {"Cluster":"prod","Release":"4.21.0"}');
});
