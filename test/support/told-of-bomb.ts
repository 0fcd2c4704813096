import { auditHtml } from '../../core/domain/audit/html.ts';
import { auditMarkdown } from '../../core/domain/audit/markdown.ts';
import type { AuditReport } from '../../core/domain/audit/report.ts';
import { DEFAULT_RULES } from '../../core/domain/policy-guard.ts';
import * as documents from '../../core/storage/documents.ts';
import { releasesFor } from '../../core/usecases/audit/compare-bundles.ts';
import { availableReleases, countAudit } from '../../core/usecases/audit/publish-audit.ts';
import { countRequests, readReleases } from '../../core/usecases/audit/read-releases.ts';
import { keepReading } from '../../core/usecases/prepare/keep-reading.ts';
import { readUpload } from '../../core/usecases/prepare/read-upload.ts';
import { audited, preparedCluster, RULES } from '../unit/usecases/audit/audited.ts';
import type { Bomb } from './bombs/bomb.ts';
import { fakeStore } from './fakes/object-store.ts';

const PLACEMENT = { iamPartition: 'aws', accountId: '123456789012' };

/** What is told of an upload below `prepare/`: the texts that are written, and the cause its execution ends with. */
export async function toldOfPrepare(bytes: Uint8Array, { ending }: Pick<Bomb, 'ending'>) {
  const bundle = { bucket: 'intake', key: `prepare/demo${ending}` };
  const intake = fakeStore();
  await intake.put(bundle.key, bytes, { contentType: 'x' });
  const output = fakeStore();
  const context = { run: 'run-1', bundle, rules: {}, guard: DEFAULT_RULES, placement: PLACEMENT };
  const reading = await readUpload('prepare', context, intake, output);
  const verdict = await keepReading({ id: 'run-1', operation: 'prepare' }, bundle, reading, output);
  return { verdict, reading, texts: output.texts() };
}

/** The same of an upload below `releases/`, as the audits of clusters get it. */
async function toldOfRelease(bytes: Uint8Array, { ending }: Pick<Bomb, 'ending'>) {
  const intake = fakeStore();
  await intake.put(`releases/4.21.0${ending}`, bytes, { contentType: 'x' });
  const bundles = await readReleases('intake', intake);
  return bundles.map((bundle) => ({ ...bundle, requests: countRequests(bundle) }));
}

/** What an audit of the demo cluster tells of an upload below `releases/`: its report in all forms. */
export async function toldOfAudit(bytes: Uint8Array, bomb: Pick<Bomb, 'ending'>) {
  const bundles = await toldOfRelease(bytes, bomb);
  const cluster = await preparedCluster();
  const found = await audited(cluster, { releases: releasesFor(cluster.record, bundles, RULES) });
  const report: AuditReport = {
    version: 1,
    audit: 'audit-1',
    trigger: 'schedule',
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: '2026-01-01T00:01:00Z',
    releases: availableReleases(bundles),
    clusters: [found],
    counts: countAudit([found]),
  };
  return {
    bundles,
    texts: {
      'releases.json': JSON.stringify(bundles),
      'report.json': documents.auditReport.format(report),
      'report.md': auditMarkdown(report),
      'report.html': auditHtml(report),
    },
  };
}
