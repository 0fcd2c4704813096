import type { ObjectStore } from '../../aws/object-store.ts';
import { CHECKS } from '../../domain/checks.ts';
import type { Report } from '../../domain/report.ts';
import { type Grants, reportHtml } from '../../domain/report-html.ts';
import { reportMarkdown } from '../../domain/report-markdown.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { allSettledOrThrow } from '../../util/all-settled.ts';

/**
 * Writes the report of a run for programs, terminals and browsers; returns the key of the first.
 *
 * @param cluster Absent when the run did not get to know its cluster; such a report has no page.
 * @param grants What its roles may do, where that is known.
 */
export async function writeReport(
  { run, cluster }: { readonly run: string; readonly cluster?: string | undefined },
  report: Report,
  store: ObjectStore,
  grants?: Grants,
): Promise<string> {
  const text = reportMarkdown(report, CHECKS);
  const textOptions = { contentType: 'text/markdown; charset=utf-8' };
  if (cluster === undefined) {
    await allSettledOrThrow([
      documents.rejectedReport.write({ run }, report, store),
      store.put(layout.rejectedReportText.of({ run }), text, textOptions),
    ]);
    return layout.rejectedReport.of({ run });
  }
  await allSettledOrThrow([
    documents.runReport.write({ run, cluster }, report, store),
    store.put(layout.runReportText.of({ run, cluster }), text, textOptions),
    store.put(layout.runReportPage.of({ run, cluster }), reportHtml(report, CHECKS, grants), {
      contentType: 'text/html; charset=utf-8',
    }),
  ]);
  return layout.runReport.of({ run, cluster });
}
