import * as z from 'zod';
import { s3IssuerBucket } from '../../core/aws/issuer-buckets.ts';
import { outputStore, s3OfRegion } from '../../core/runtime/buckets.ts';
import { identityProviders } from '../../core/runtime/iam.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { deleteIssuerOf } from '../../core/usecases/delete/delete-issuer.ts';
import { deletionStep, outcomesOf } from '../../core/usecases/delete/deletion-step.ts';

const input = z.object({ run: runSchema, digest: z.string() });

export const handler = task('delete-issuer', input, async (work, env) => {
  const store = outputStore(env);
  const { run } = work;
  const ofProvider = await outcomesOf('provider', run, store);
  return deletionStep('issuer', work, store, (plan) =>
    deleteIssuerOf(run.cluster.name, plan, {
      providers: identityProviders(),
      isDeleted: ofProvider?.some(({ outcome }) => outcome === 'removed') === true,
      issuerBucketOf: ({ bucket, region }) =>
        s3IssuerBucket(s3OfRegion(region), bucket, region, env.ACCOUNT_ID),
    }),
  );
});
