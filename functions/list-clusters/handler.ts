import * as z from 'zod';
import { auditKeys, auditRequestSchema, auditSchema } from '../runtime/audit.ts';
import { outputStore } from '../runtime/buckets.ts';
import { accountRoles } from '../runtime/iam.ts';
import { task } from '../runtime/task.ts';
import { listClusters } from './list-clusters.ts';

const input = z.object({ audit: auditSchema, request: auditRequestSchema });

export const handler = task('list-clusters', input, async ({ audit, request }, env) => ({
  ...(await listClusters(audit.id, request, outputStore(env), accountRoles(env))),
  list: { bucket: env.OUTPUT_BUCKET, key: auditKeys.clusters(audit.id) },
}));
