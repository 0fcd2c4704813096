import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { emitMetrics } from '../../core/runtime/emit-metrics.ts';
import { task } from '../../core/runtime/task.ts';
import { auditRequestSchema, auditSchema } from '../../core/storage/audit.ts';
import * as layout from '../../core/storage/layout.ts';
import { composeAudit, publishAudit } from '../../core/usecases/audit/compose-audit.ts';
import { clusterMetrics, fleetMetrics } from '../../core/usecases/audit/publish-audit.ts';

const input = z.object({ audit: auditSchema, request: auditRequestSchema });

export const handler = task('publish-audit', input, async ({ audit, request }, env) => {
  const store = outputStore(env);
  // An audit of some clusters says nothing of the fleet.
  const isWhole = request.clusters === undefined;
  const report = await composeAudit(audit, request, store);
  await publishAudit(report, isWhole, store);
  emitMetrics([...(isWhole ? fleetMetrics(report) : []), ...clusterMetrics(report)]);
  const address = (key: string) => `s3://${env.OUTPUT_BUCKET}/${key}`;
  return {
    report: address(layout.auditReport.of({ audit: audit.id })),
    page: address(layout.auditReportPage.of({ audit: audit.id })),
    counts: report.counts,
  };
});
