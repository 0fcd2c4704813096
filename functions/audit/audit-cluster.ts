import * as z from 'zod';
import { issuerReader } from '../../core/aws/issuer-reader.ts';
import type { ClusterAudit } from '../../core/domain/audit/report.ts';
import { issuerBucket, outputStore } from '../../core/runtime/buckets.ts';
import { identityProviders, simulator } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { auditSchema } from '../../core/storage/audit.ts';
import * as documents from '../../core/storage/documents.ts';
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
  const [record, roles, bundles, latestAudit, lock] = await Promise.all([
    readRecord(cluster, store),
    readRoles(audit.id, cluster, store),
    ofAudit(audit.id, () => readBundles(audit.id, store)),
    documents.latestAuditOfCluster.read({ cluster }, store),
    lockHolder(cluster, store),
  ]);
  const previous = latestAudit?.value;
  const keep = async (found: ClusterAudit) => {
    await documents.auditOfCluster.write({ audit: audit.id, cluster }, found, store);
    return { cluster, status: found.status };
  };
  if (typeof record === 'string') return keep(unknownCluster(audit.id, cluster, record, previous));
  const { issuer } = record.desired;
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  const releases = releasesFor(record, bundles, { iamPartition: env.PARTITION, accountId: env.ACCOUNT_ID });
  const [observed, simulated] = await Promise.all([
    observeCluster(record, roles, {
      store,
      issuerBucket: issuerBucket(issuer, env),
      providers: identityProviders(),
      // An emulator has no host name per bucket.
      readIssuer: issuerReader(env.PLATFORM === 'aws' ? issuer.url : `${endpoint}/${issuer.bucket}`),
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
