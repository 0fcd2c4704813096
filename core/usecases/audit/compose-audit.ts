import pMap from 'p-map';
import type { ObjectStore } from '../../aws/object-store.ts';
import { auditHtml } from '../../domain/audit/html.ts';
import { auditMarkdown } from '../../domain/audit/markdown.ts';
import type { AuditReport, ClusterAudit } from '../../domain/audit/report.ts';
import type { Audit, AuditRequest } from '../../storage/audit.ts';
import { JSON_TYPE } from '../../storage/document.ts';
import type { FailureRecord } from '../../storage/documents.ts';
import * as documents from '../../storage/documents.ts';
import { failureOfAudit } from '../../storage/failure-records.ts';
import * as layout from '../../storage/layout.ts';
import { unknownCluster } from './audit-cluster.ts';
import { availableReleases, countAudit } from './publish-audit.ts';
import { beganLater, settleAudit } from './settle-audit.ts';

const CONCURRENCY = 40;

/**
 * Puts together what the audits of all clusters found, and remembers it of each. A cluster whose audit came to no end is
 * unknown, with the reason. Throws NotYetConsistent; see `settleAudit`.
 */
export async function composeAudit(
  audit: Audit,
  request: AuditRequest,
  store: ObjectStore,
): Promise<AuditReport> {
  const place = { audit: audit.id };
  const [names, bundles, latest] = await Promise.all([
    documents.auditClusters.read(place, store),
    documents.auditReleases.read(place, store),
    // One that cannot be read only makes this the first that is known.
    documents.latestAudit.read({}, store, () => undefined),
  ]);
  const before = latest?.value?.audit;
  const clusters = await pMap(
    names?.value ?? [],
    async (name) => settleAudit(audit, await clusterAudit(audit.id, name, store), store),
    { concurrency: CONCURRENCY },
  );
  return {
    version: 1,
    audit: audit.id,
    trigger: request.trigger ?? 'by hand',
    startedAt: audit.startedAt,
    endedAt: new Date().toISOString(),
    ...(before === undefined || before === audit.id ? {} : { previousAudit: before }),
    releases: availableReleases(bundles?.value ?? []),
    clusters,
    counts: countAudit(clusters),
  };
}

/**
 * Publishes a report; as the latest one of the fleet where no audit that began later has done so.
 *
 * @param isWhole Whether it is of the whole fleet; an audit of some clusters is no latest audit.
 */
export async function publishAudit(report: AuditReport, isWhole: boolean, store: ObjectStore): Promise<void> {
  const { audit, startedAt } = report;
  const latest = await documents.latestAudit.read({}, store, () => undefined);
  const isLatest = isWhole && !beganLater(latest?.value?.startedAt ?? '', startedAt);
  await writeForms(report, isLatest, store);
  // Last of all: a second attempt must not take itself for the previous audit.
  if (isLatest) await documents.latestAudit.write({}, { audit, startedAt }, store);
}

/** What was found of a cluster; when its audit failed, that it is unknown and why. */
async function clusterAudit(audit: string, cluster: string, store: ObjectStore): Promise<ClusterAudit> {
  const found = await documents.auditOfCluster.read({ audit, cluster }, store, () => undefined);
  if (found?.value !== undefined) return found.value;
  const [failure, previous] = await Promise.all([
    failureOfAudit(audit, 'audit-cluster', cluster, store),
    documents.latestAuditOfCluster.read({ cluster }, store, () => undefined),
  ]);
  return unknownCluster(audit, cluster, whyNotAudited(failure), previous?.value);
}

/** Messages of AWS and of the pipeline are for people; those of the runtime are for the log. */
function whyNotAudited(failure: FailureRecord | undefined): string {
  if (failure === undefined)
    return 'Its audit came to no end. The execution of the audit says where it stopped.';
  const { error, message } = failure;
  return RUNTIME_ERRORS.has(error)
    ? `Its audit failed for a reason that the pipeline does not know (${error}). The log of the audit-cluster function says more, and the maintainers want to know of it.`
    : `Its audit failed: ${error}: ${message}`;
}

const RUNTIME_ERRORS: ReadonlySet<string> = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'URIError',
  'AssertionError',
  'ZodError',
]);

/**
 * Writes the report under the audit and, when it is the latest of the whole fleet, where that is always found. One
 * file after the other: of a large fleet each has many megabytes.
 */
async function writeForms(report: AuditReport, isLatest: boolean, store: ObjectStore): Promise<void> {
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
    if (isLatest) await store.put(latest.of(), content, { contentType });
  }
}
