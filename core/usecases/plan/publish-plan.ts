import type { ObjectStore } from '../../aws/object-store.ts';
import { describePlan } from '../../domain/plan-report/describe-plan.ts';
import { planHtml } from '../../domain/plan-report/html.ts';
import { planMarkdown } from '../../domain/plan-report/markdown.ts';
import type { PlanReport } from '../../domain/plan-report/schema.ts';
import { planSummary } from '../../domain/plan-report/words.ts';
import { digestOf } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { placeOf, type Run } from '../../storage/run.ts';
import { plannedRun } from '../../storage/run-files.ts';
import { allSettledOrThrow } from '../../util/all-settled.ts';
import { lockHolder } from '../lock/lock.ts';
import { NO_KEY, offlineArchive } from './offline-archive.ts';

/** What the state machine is told of a plan. */
export interface PublishedPlan {
  readonly report: string;
  /** The same as a page for people. */
  readonly page: string;
  /** SHA-256 of the report, by which an approval says which plan it is of. */
  readonly digest: string;
  readonly summary: string;
  readonly isEmpty: boolean;
}

/**
 * Writes what a run would change, for programs, terminals and reviewers. What only plans takes no lock, so a run may be at work on
 * the cluster; then it says so. Throws RecordTampered, and what S3 throws.
 */
export async function publishPlan(
  run: Run,
  store: ObjectStore,
  { holdsLock = false }: { readonly holdsLock?: boolean } = {},
): Promise<PublishedPlan> {
  const [planned, holder] = await Promise.all([
    plannedRun(run, store),
    holdsLock ? undefined : lockHolder(run.cluster.name, store),
  ]);
  const offline = await offlineArchive(run.id, planned);
  const warnings = [
    ...(planned.plan.approval ?? []),
    ...(holder === undefined
      ? []
      : [
          `Run ${holder.run} was at work on the cluster while this plan was made, or was stopped in the midst of it; the plan may be of a state in between. Plan again when it has ended.`,
        ]),
    // A run that waits for its approval makes the key itself, and no other run could while it does.
    ...(offline === undefined && !holdsLock ? [NO_KEY] : []),
  ];
  const report = describePlan(run.id, planned, { plannedAt: new Date().toISOString(), warnings });
  await writePlanReport(run, report, offline, store);
  return {
    report: layout.planReport.of(placeOf(run)),
    page: layout.planReportPage.of(placeOf(run)),
    digest: digestOf(documents.planReport.format(report)),
    summary: planSummary(report),
    isEmpty: report.isEmpty,
  };
}

async function writePlanReport(
  run: Run,
  report: PlanReport,
  offline: Uint8Array | undefined,
  store: ObjectStore,
): Promise<void> {
  const place = placeOf(run);
  const text = (contentType: string) => ({ contentType: `${contentType}; charset=utf-8` });
  await allSettledOrThrow([
    documents.planReport.write(place, report, store),
    store.put(layout.planReportText.of(place), planMarkdown(report), text('text/markdown')),
    store.put(layout.planReportPage.of(place), planHtml(report), text('text/html')),
    ...(offline === undefined
      ? []
      : [store.put(layout.offlineArchive.of(place), offline, { contentType: 'application/gzip' })]),
  ]);
}
