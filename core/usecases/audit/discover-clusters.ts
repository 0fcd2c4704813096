import type { AccountIssuers } from '../../aws/account-issuers.ts';
import type { AccountReader } from '../../aws/account-roles.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import { foundClusters, whatLacks } from '../../domain/found-clusters.ts';
import { foundClustersMarkdown } from '../../domain/found-clusters-markdown.ts';
import { issuerBucketName } from '../../domain/names.ts';
import type { Audit } from '../../storage/audit.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { allSettledOrThrow } from '../../util/all-settled.ts';
import { registeredNames } from './list-clusters.ts';

/** How many clusters an account has, for the execution's output. */
export interface DiscoveredClusters {
  readonly clusters: number;
  readonly registered: number;
  readonly adoptable: number;
  /** Key of the list as people read it. */
  readonly report: string;
}

/** Lists every cluster that anything in the account names, and how those can be adopted that the registry does not know. Reads only. */
export async function discoverClusters(
  { id: audit }: Audit,
  {
    store,
    account,
    issuers,
  }: { readonly store: ObjectStore; readonly account: AccountReader; readonly issuers: AccountIssuers },
): Promise<DiscoveredClusters> {
  const [{ roles }, providers, buckets, registered] = await Promise.all([
    account.read(),
    issuers.providers(),
    issuers.buckets(issuerBucketName('')),
    registeredNames(store),
  ]);
  const clusters = foundClusters({ roles, providers, buckets, registered });
  const found = { version: 1, audit, at: new Date().toISOString(), clusters } as const;
  const report = layout.auditReportText.of({ audit });
  await allSettledOrThrow([
    documents.clustersFound.write({ audit }, found, store),
    store.put(report, foundClustersMarkdown(found), { contentType: 'text/markdown; charset=utf-8' }),
  ]);
  const open = clusters.filter((cluster) => !cluster.registered);
  return {
    clusters: clusters.length,
    registered: clusters.length - open.length,
    adoptable: open.filter((cluster) => whatLacks(cluster).length === 0).length,
    report,
  };
}
