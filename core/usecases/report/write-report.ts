import type { ObjectStore } from '../../aws/object-store.ts';
import { CHECKS } from '../../domain/checks.ts';
import type { Report } from '../../domain/report.ts';
import { reportMarkdown } from '../../domain/report-markdown.ts';
import * as layout from '../../storage/layout.ts';
import { settled } from '../../util/settled.ts';

/**
 * Writes the report of a run in both its forms; returns the key of the first.
 *
 * @param cluster Absent when the run did not get to know its cluster.
 */
export async function writeReport(
  { run, cluster }: { readonly run: string; readonly cluster?: string | undefined },
  report: Report,
  store: ObjectStore,
): Promise<string> {
  const [key, textKey] =
    cluster === undefined
      ? [layout.rejectedReport.of({ run }), layout.rejectedReportText.of({ run })]
      : [layout.runReport.of({ run, cluster }), layout.runReportText.of({ run, cluster })];
  await settled([
    store.put(key, JSON.stringify(report, null, 2), { contentType: 'application/json' }),
    store.put(textKey, reportMarkdown(report, CHECKS), {
      contentType: 'text/markdown; charset=utf-8',
    }),
  ]);
  return key;
}
