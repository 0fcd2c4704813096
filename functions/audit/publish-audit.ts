import pMap from 'p-map';
import * as z from 'zod';
import type { ObjectStore } from '../../core/aws/object-store.ts';
import { auditHtml } from '../../core/domain/audit/html.ts';
import { auditMarkdown } from '../../core/domain/audit/markdown.ts';
import type { AuditReport, ClusterAudit } from '../../core/domain/audit/report.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { emitMetrics } from '../../core/runtime/emit-metrics.ts';
import { task } from '../../core/runtime/task.ts';
import { auditRequestSchema, auditSchema } from '../../core/storage/audit.ts';
import { JSON_TYPE } from '../../core/storage/document.ts';
import * as documents from '../../core/storage/documents.ts';
import { failureOfAudit } from '../../core/storage/failure-records.ts';
import * as layout from '../../core/storage/layout.ts';
import { unknownCluster } from '../../core/usecases/audit/audit-cluster.ts';
import { clusterMetrics, countAudit, fleetMetrics, onHand } from '../../core/usecases/audit/publish-audit.ts';

const input = z.object({ audit: auditSchema, request: auditRequestSchema });
const AT_ONCE = 40;

export const handler = task('publish-audit', input, async ({ audit, request }, env) => {
  const store = outputStore(env);
  const place = { audit: audit.id };
  const [names, bundles, latest] = await Promise.all([
    documents.auditClusters.read(place, store),
    documents.auditReleases.read(place, store),
    documents.latestAudit.read({}, store),
  ]);
  const before = latest?.value.audit;
  const clusters = await pMap(names?.value ?? [], (name) => clusterAudit(audit.id, name, store), {
    concurrency: AT_ONCE,
  });
  const report: AuditReport = {
    version: 1,
    audit: audit.id,
    trigger: request.trigger ?? 'by hand',
    startedAt: audit.startedAt,
    endedAt: new Date().toISOString(),
    ...(before === undefined || before === audit.id ? {} : { previousAudit: before }),
    releases: (bundles?.value ?? []).map(onHand),
    clusters,
    counts: countAudit(clusters),
  };
  // An audit of some clusters says nothing of the fleet.
  const isWhole = request.clusters === undefined;
  await publish(report, isWhole, store);
  // Of a cluster that could not be looked at, what was found before still is the latest that is known.
  const looked = clusters.filter(({ issuer }) => issuer !== undefined);
  await pMap(
    looked,
    (found) => documents.latestAuditOfCluster.write({ cluster: found.cluster }, found, store),
    { concurrency: AT_ONCE },
  );
  // Last of all: a second attempt must not take itself for the previous audit.
  if (isWhole) await documents.latestAudit.write({}, { audit: audit.id }, store);
  emitMetrics([...(isWhole ? fleetMetrics(report) : []), ...clusterMetrics(report)]);
  const addressOf = (key: typeof layout.auditReport | typeof layout.auditReportPage) =>
    `s3://${env.OUTPUT_BUCKET}/${key.of(place)}`;
  return {
    report: addressOf(layout.auditReport),
    page: addressOf(layout.auditReportPage),
    counts: report.counts,
  };
});

/** What was found of a cluster; when its audit failed, that it is unknown and why. */
async function clusterAudit(audit: string, cluster: string, store: ObjectStore): Promise<ClusterAudit> {
  const found = await documents.auditOfCluster.read({ audit, cluster }, store);
  if (found !== undefined) return found.value;
  const [failure, previous] = await Promise.all([
    failureOfAudit(audit, 'audit-cluster', cluster, store),
    documents.latestAuditOfCluster.read({ cluster }, store),
  ]);
  const reason =
    failure === undefined
      ? 'Its audit came to no end. The execution of the audit says where it stopped.'
      : `Its audit failed: ${failure.error}: ${failure.message}`;
  return unknownCluster(audit, cluster, reason, previous?.value);
}

/**
 * Writes the report under the audit and, when it is of the whole fleet, where the latest one is always found. One
 * file after the other: of a large fleet each has many megabytes.
 */
async function publish(report: AuditReport, isWhole: boolean, store: ObjectStore): Promise<void> {
  const { audit } = report;
  const files = [
    {
      key: layout.auditReport,
      latest: layout.latestAuditReport,
      render: () => documents.auditReport.format(report),
      contentType: JSON_TYPE,
    },
    {
      key: layout.auditReportText,
      latest: layout.latestAuditReportText,
      render: () => auditMarkdown(report),
      contentType: 'text/markdown; charset=utf-8',
    },
    {
      key: layout.auditReportPage,
      latest: layout.latestAuditReportPage,
      render: () => auditHtml(report),
      contentType: 'text/html; charset=utf-8',
    },
  ] as const;
  for (const { key, latest, render, contentType } of files) {
    const content = Buffer.from(render());
    await store.put(key.of({ audit }), content, { contentType });
    if (isWhole) await store.put(latest.of(), content, { contentType });
  }
}
