import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE } from '../names.ts';

/** What PublishAudit counts over the whole fleet, in the embedded metric format in its log. */
export type FleetMetric =
  | 'ClustersAudited'
  | 'ClustersNotReady'
  | 'ClustersDrifted'
  | 'ClustersUnknown'
  | 'CriticalFindings';

/** An audit writes each number once, so the largest in a period is the number. */
const STATISTIC = 'Maximum';

/** Metrics of the fleet carry one dimension, the service that writes them; a test compares the two. */
const SERVICE = { service: 'sts-prep' };

export function fleetMetric(
  metricName: FleetMetric,
  period: Duration,
  statistic: 'Maximum' | 'SampleCount' = STATISTIC,
): IMetric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: SERVICE,
    statistic,
    period,
  });
}

/** One line for each set of dimensions that reported lately; which clusters and releases there are is not known here. */
export function metricPerDimension(metricName: string, dimensions: string[], period: Duration): IMetric {
  const schema = [`"${METRICS_NAMESPACE}"`, ...dimensions].join(',');
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${metricName}"', '${STATISTIC}', ${period.toSeconds()})`,
    usingMetrics: {},
    label: '',
    period,
  });
}

/** On graphs: an audit is a matter of hours. */
export const HOURLY = Duration.hours(1);
