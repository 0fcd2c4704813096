import { factTable, text } from '../markdown.ts';
import { clusterTitle } from './markdown-links.ts';
import { commandBlock, findings, releaseSection, type Told } from './markdown-release.ts';
import type { ClusterAudit } from './report.ts';
import { dayText, NO_DRIFT, notUsed, timeText, verifiedText } from './view.ts';

export type Retracted = ClusterAudit & { readonly retract: NonNullable<ClusterAudit['retract']> };

export function clusterSection(cluster: ClusterAudit, told: Told): string {
  return [
    `## ${text(clusterTitle(cluster))}`,
    ...(cluster.reason === undefined ? [] : [text(cluster.reason)]),
    ...(cluster.retract === undefined ? [] : [retraction(cluster.retract)]),
    factTable([
      ['Region', cluster.region],
      ['Prepared for', cluster.release],
      ['Issuer', cluster.issuer],
      ['Looked at', timeText(cluster.at)],
      ['In the running cluster', verifiedText(cluster)],
      ['Upgrade opened to', cluster.opened.length === 0 ? undefined : cluster.opened.join(', ')],
    ]),
    ...drift(cluster, told),
    ...cluster.releases.map((_, index) => releaseSection(cluster, index, told)),
    ...lastUse(cluster),
  ].join('\n\n');
}

function retraction({ releases, reason, commands }: Retracted['retract']): string {
  return [
    `### Revoke the upgrade to ${text(releases.join(', '))}`,
    '',
    text(reason),
    '',
    ...commandBlock(commands),
  ].join('\n');
}

function drift(cluster: ClusterAudit, told: Told): string[] {
  const { status, drift } = cluster;
  const placed = drift.map((finding, index) => ({ cluster, finding, index }));
  return [
    ...(status === 'clean' ? [NO_DRIFT] : []),
    ...(drift.length === 0 ? [] : ['### Drift', ...findings(placed, told)]),
  ];
}

function lastUse({ at, roles }: ClusterAudit): string[] {
  if (roles.length === 0) return [];
  const rows = roles.map(({ name, secret, createdAt, lastUsed, region }) => {
    const day = lastUsed === undefined ? notUsed(createdAt, at) : dayText(lastUsed);
    return `| ${text(name)} | ${text(secret)} | ${text(day)} | ${text(region ?? '')} |`;
  });
  return [
    '### Last use of the roles',
    ['| Role | Secret | Last used | Region |', '|---|---|---|---|', ...rows].join('\n'),
  ];
}
