import type { ObjectStore } from '../../aws/object-store.ts';
import { CHECKS } from '../../domain/checks.ts';
import type { Report } from '../../domain/report.ts';
import { reportMarkdown } from '../../domain/report-markdown.ts';
import { settled } from '../../util/settled.ts';

/** Writes `report.json` and `report.md` into a folder of the output bucket; returns the key of the first. */
export async function writeReport(prefix: string, report: Report, store: ObjectStore): Promise<string> {
  const key = `${prefix}report.json`;
  await settled([
    store.put(key, JSON.stringify(report, null, 2), { contentType: 'application/json' }),
    store.put(`${prefix}report.md`, reportMarkdown(report, CHECKS), {
      contentType: 'text/markdown; charset=utf-8',
    }),
  ]);
  return key;
}
