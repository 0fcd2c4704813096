import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricValue } from '../usecases/audit/publish-audit.ts';

export const METRICS_NAMESPACE = 'sts-prep';

/**
 * Writes metrics to the log in CloudWatch's embedded format: no call, and no permission, is needed. Those of the
 * fleet are counted under the dimension `service` alone, as the format wants one at least.
 */
export function emitMetrics(values: readonly MetricValue[]): void {
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE, serviceName: 'sts-prep' });
  for (const { name, value, dimensions } of values) {
    const single = metrics.singleMetric();
    if (Object.keys(dimensions).length > 0) {
      single.clearDefaultDimensions();
      single.addDimensions({ ...dimensions });
    }
    single.addMetric(name, MetricUnit.Count, value);
  }
}
