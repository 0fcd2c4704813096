import * as z from 'zod';
import { s3IssuerBucket } from '../../core/aws/issuer-buckets.ts';
import { approvesDeletions } from '../../core/domain/approval.ts';
import { deletionOptionsSchema } from '../../core/domain/deletion/order.ts';
import { approvalFor } from '../../core/runtime/approval.ts';
import { outputStore, s3OfRegion } from '../../core/runtime/buckets.ts';
import { accountRoles, identityProviders, roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { approvedSchema } from '../../core/usecases/approval/approved.ts';
import { confirmDeletion } from '../../core/usecases/delete/confirm-deletion.ts';
import { planDeletion } from '../../core/usecases/delete/plan-deletion.ts';
import { publishDeletionPlan } from '../../core/usecases/delete/report-deletion.ts';

const input = z.object({
  run: runSchema,
  options: deletionOptionsSchema,
  planOnly: z.boolean(),
  startedAt: z.string(),
  /** Of a deletion whose plan was approved, it is looked at again. */
  approved: approvedSchema.exactOptional(),
});

export const handler = task('plan-deletion', input, async ({ run, approved, startedAt, ...asked }, env) => {
  const store = outputStore(env);
  const access = {
    store,
    roles: roles(),
    account: accountRoles(env),
    providers: identityProviders(),
    issuerBucketOf: ({ bucket, region }: { readonly bucket: string; readonly region: string }) =>
      s3IssuerBucket(s3OfRegion(region), bucket, region, env.ACCOUNT_ID),
    placement: { iamPartition: env.PARTITION, accountId: env.ACCOUNT_ID },
  };
  const wish = { ...asked, approveAll: approvesDeletions(approvalFor(env)) };
  if (approved !== undefined) return confirmDeletion(run, approved, wish, access);
  const planned = await planDeletion(run, wish, access);
  if (!wish.planOnly && !planned.needsApproval) return planned;
  return { ...planned, ...(await publishDeletionPlan({ run, startedAt }, planned, store)) };
});
