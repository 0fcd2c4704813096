import * as z from 'zod';
import { outputStore } from '../../core/runtime/buckets.ts';
import { accountRoles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { auditRequestSchema, auditSchema } from '../../core/storage/audit.ts';
import * as layout from '../../core/storage/layout.ts';
import { listClusters } from '../../core/usecases/audit/list-clusters.ts';

const input = z.object({ audit: auditSchema, request: auditRequestSchema });

export const handler = task('list-clusters', input, async ({ audit, request }, env) => ({
  ...(await listClusters(audit.id, request, outputStore(env), accountRoles(env))),
  list: { bucket: env.OUTPUT_BUCKET, key: layout.auditClusters.of({ audit: audit.id }) },
}));
