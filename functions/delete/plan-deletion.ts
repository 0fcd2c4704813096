import * as z from 'zod';
import { s3IssuerBucket } from '../../core/aws/issuer-buckets.ts';
import { deletionOptionsSchema } from '../../core/domain/deletion/order.ts';
import { outputStore, s3OfRegion } from '../../core/runtime/buckets.ts';
import { accountRoles, identityProviders, roles } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { planDeletion } from '../../core/usecases/delete/plan-deletion.ts';
import { publishDeletionPlan } from '../../core/usecases/delete/report-deletion.ts';

const input = z.object({
  run: runSchema,
  options: deletionOptionsSchema,
  planOnly: z.boolean(),
  startedAt: z.string(),
});

export const handler = task('plan-deletion', input, async ({ run, options, planOnly, startedAt }, env) => {
  const store = outputStore(env);
  const planned = await planDeletion(
    run,
    options,
    {
      store,
      roles: roles(),
      account: accountRoles(env),
      providers: identityProviders(),
      issuerBucketOf: ({ bucket, region }) =>
        s3IssuerBucket(s3OfRegion(region), bucket, region, env.ACCOUNT_ID),
      placement: { iamPartition: env.PARTITION, accountId: env.ACCOUNT_ID },
    },
    planOnly,
  );
  if (!planOnly) return planned;
  return { ...planned, report: await publishDeletionPlan({ run, startedAt }, planned, store) };
});
