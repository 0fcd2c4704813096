import * as z from 'zod';
import type { ClusterAudit } from '../../core/domain/audit/report.ts';
import { issuerBucket, outputStore, publicIssuer } from '../../core/runtime/buckets.ts';
import { identityProviders, simulator } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { auditKeys, auditSchema, readJson, writeJson } from '../../core/storage/audit.ts';
import {
  auditCluster,
  readBundles,
  readRecord,
  readRoles,
  releasesFor,
  unknownCluster,
} from '../../core/usecases/audit/audit-cluster.ts';
import { observeCluster } from '../../core/usecases/audit/observe.ts';
import { simulateReleases } from '../../core/usecases/audit/simulate.ts';
import { lockHolder } from '../../core/usecases/lock/lock.ts';
import { latest } from '../../core/util/latest.ts';

const input = z.object({ audit: auditSchema, cluster: z.string().min(1) });
const ofAudit = latest<Awaited<ReturnType<typeof readBundles>>>();

export const handler = task('audit-cluster', input, async ({ audit, cluster }, env) => {
  const store = outputStore(env);
  const [record, roles, bundles, previous, lock] = await Promise.all([
    readRecord(cluster, store),
    readRoles(audit.id, cluster, store),
    ofAudit(audit.id, () => readBundles(audit.id, store)),
    readJson<ClusterAudit>(auditKeys.latestOfCluster(cluster), store),
    lockHolder(cluster, store),
  ]);
  const keep = async (found: ClusterAudit) => {
    await writeJson(auditKeys.cluster(audit.id, cluster), found, store);
    return { cluster, status: found.status };
  };
  if (typeof record === 'string') return keep(unknownCluster(audit.id, cluster, record, previous));
  const { issuer } = record.desired;
  const releases = releasesFor(record, bundles, { iamPartition: env.PARTITION, accountId: env.ACCOUNT_ID });
  const [observed, simulated] = await Promise.all([
    observeCluster(record, roles, {
      store,
      issuerBucket: issuerBucket(issuer, env),
      providers: identityProviders(),
      readIssuer: publicIssuer(issuer, env),
    }),
    env.SIMULATE_POLICIES === 'true' ? simulateReleases(releases, roles, simulator()) : undefined,
  ]);
  return keep(
    auditCluster({
      audit: audit.id,
      record,
      observed,
      releases,
      previous,
      outputBucket: env.OUTPUT_BUCKET,
      ...(lock === undefined ? {} : { runAtWork: lock.run }),
      ...(simulated === undefined ? {} : { simulated }),
    }),
  );
});
