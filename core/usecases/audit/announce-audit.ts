import type { AuditCounts } from '../../domain/audit/report.ts';

/** Counts of an audit in one line; SNS allows 100 ASCII characters for a subject. */
export function subjectOf({ clusters, drifted, notReady, unknown, unknownReleases }: AuditCounts): string {
  const parts = [
    ...(drifted > 0 ? [`${drifted} drifted`] : []),
    ...(notReady > 0 ? [`${notReady} upgrades not ready`] : []),
    ...(unknown + unknownReleases > 0 ? [`${unknown + unknownReleases} unknown`] : []),
  ];
  return `sts-prep audit of ${clusters} clusters: ${parts.length === 0 ? 'all clean' : parts.join(', ')}`.slice(
    0,
    100,
  );
}

/** The message of an audit: counts, what is new, where the report is. */
export function messageOf(counts: AuditCounts, page: string): string {
  return [
    `Clusters: ${counts.clusters}, of which ${counts.clean} clean, ${counts.drifted} drifted, ${counts.unknown} unknown.`,
    `Upgrades: ${counts.ready} ready, ${counts.notReady} not ready, ${counts.unknownReleases} unknown.`,
    `Findings: ${counts.critical} critical, ${counts.warning} warnings; ${counts.new} of them new.`,
    `Report: ${page}`,
  ].join('\n');
}
