import pMap from 'p-map';
import * as z from 'zod';
import type { ObjectStore } from '../../core/aws/object-store.ts';
import { auditHtml } from '../../core/domain/audit/html.ts';
import { auditMarkdown } from '../../core/domain/audit/markdown.ts';
import type { AuditReport, ClusterAudit } from '../../core/domain/audit/report.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { emitMetrics } from '../../core/runtime/emit-metrics.ts';
import { task } from '../../core/runtime/task.ts';
import {
  auditKeys,
  auditPrefix,
  auditRequestSchema,
  auditSchema,
  readJson,
  writeJson,
} from '../../core/storage/audit.ts';
import type { FailureRecord } from '../../core/storage/run-files.ts';
import { unknownCluster } from '../../core/usecases/audit/audit-cluster.ts';
import { clusterMetrics, countAudit, fleetMetrics, onHand } from '../../core/usecases/audit/publish-audit.ts';
import type { ReleaseBundle } from '../../core/usecases/audit/read-releases.ts';

const input = z.object({ audit: auditSchema, request: auditRequestSchema });
const AT_ONCE = 40;

export const handler = task('publish-audit', input, async ({ audit, request }, env) => {
  const store = outputStore(env);
  const [names = [], bundles = [], before] = await Promise.all([
    readJson<string[]>(auditKeys.clusters(audit.id), store),
    readJson<(ReleaseBundle & { requests: number })[]>(auditKeys.releases(audit.id), store),
    readJson<Pick<AuditReport, 'audit'>>(`${auditKeys.latest}audit.json`, store),
  ]);
  const clusters = await pMap(names, (name) => clusterAudit(audit.id, name, store), { concurrency: AT_ONCE });
  const report: AuditReport = {
    version: 1,
    audit: audit.id,
    trigger: request.trigger ?? 'by hand',
    startedAt: audit.startedAt,
    endedAt: new Date().toISOString(),
    ...(before === undefined || before.audit === audit.id ? {} : { previousAudit: before.audit }),
    releases: bundles.map(onHand),
    clusters,
    counts: countAudit(clusters),
  };
  // An audit of some clusters says nothing of the fleet.
  const isWhole = request.clusters === undefined;
  await publish(report, isWhole ? [auditPrefix(audit.id), auditKeys.latest] : [auditPrefix(audit.id)], store);
  // Of a cluster that could not be looked at, what was found before still is the latest that is known.
  const looked = clusters.filter(({ issuer }) => issuer !== undefined);
  await pMap(looked, (found) => writeJson(auditKeys.latestOfCluster(found.cluster), found, store), {
    concurrency: AT_ONCE,
  });
  // Last of all: a second attempt must not take itself for the previous audit.
  if (isWhole) await writeJson(`${auditKeys.latest}audit.json`, { audit: audit.id }, store);
  emitMetrics([...(isWhole ? fleetMetrics(report) : []), ...clusterMetrics(report)]);
  const address = `s3://${env.OUTPUT_BUCKET}/${auditPrefix(audit.id)}report`;
  return { report: `${address}.json`, page: `${address}.html`, counts: report.counts };
});

/** What was found of a cluster; when its audit failed, that it is unknown and why. */
async function clusterAudit(auditId: string, name: string, store: ObjectStore): Promise<ClusterAudit> {
  const found = await readJson<ClusterAudit>(auditKeys.cluster(auditId, name), store);
  if (found !== undefined) return found;
  const [failure, previous] = await Promise.all([
    readJson<FailureRecord>(auditKeys.failure(auditId, `audit-cluster-${name}`), store),
    readJson<ClusterAudit>(auditKeys.latestOfCluster(name), store),
  ]);
  const reason =
    failure === undefined
      ? 'Its audit came to no end. The execution of the audit says where it stopped.'
      : `Its audit failed: ${failure.error}: ${failure.message}`;
  return unknownCluster(auditId, name, reason, previous);
}

/**
 * Writes the report under the audit and, when it is of the whole fleet, where the latest one is always found. One
 * file after the other: of a large fleet each has many megabytes.
 */
async function publish(report: AuditReport, prefixes: readonly string[], store: ObjectStore): Promise<void> {
  const files = [
    ['report.json', () => JSON.stringify(report), 'application/json'],
    ['report.md', () => auditMarkdown(report), 'text/markdown; charset=utf-8'],
    ['report.html', () => auditHtml(report), 'text/html; charset=utf-8'],
  ] as const;
  for (const [name, render, contentType] of files) {
    const content = Buffer.from(render());
    for (const prefix of prefixes) await store.put(`${prefix}${name}`, content, { contentType });
  }
}
