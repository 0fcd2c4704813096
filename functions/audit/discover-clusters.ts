import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { accountIssuersOf, accountRoles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { auditSchema } from '../../core/storage/audit.ts';
import { discoverClusters } from '../../core/usecases/audit/discover-clusters.ts';

const input = z.object({ audit: auditSchema });

export const handler = task('discover-clusters', input, async ({ audit }, env) => {
  const found = await discoverClusters(audit, {
    store: outputStore(env),
    account: accountRoles(env),
    issuers: accountIssuersOf(),
  });
  return { ...found, report: `s3://${env.OUTPUT_BUCKET}/${found.report}` };
});
