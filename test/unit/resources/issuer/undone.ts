import type { IssuerBucket } from '../../../../core/aws/issuer-buckets.ts';
import { applyIssuer } from '../../../../core/resources/issuer/apply.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import { undoIssuer } from '../../../../core/resources/issuer/undo.ts';
import { type BucketContent, type FakeBucket, fakeBucket } from '../../../support/fakes/issuer-bucket.ts';
import { bucketContent, KEY, NO_PROVIDER, planned, SPEC } from './issuer.ts';

/** A plan made from a bucket, and the bucket after it was applied. */
export async function applied(content: Partial<BucketContent> | undefined) {
  const bucket = fakeBucket(content && structuredClone(bucketContent(content)));
  const plan = planned(await observeIssuer(SPEC, { issuerBucket: bucket }));
  await applyIssuer(plan, { issuerBucket: bucket, publicKey: KEY });
  bucket.writes.length = 0;
  return { bucket, plan };
}

export const undo = (plan: ReturnType<typeof planned>, issuerBucket: IssuerBucket, provider = NO_PROVIDER) =>
  undoIssuer(plan, { issuerBucket, provider });

export const outcomes = async (plan: ReturnType<typeof planned>, bucket: IssuerBucket) =>
  (await undo(plan, bucket)).map(({ outcome }) => outcome);

export const contentOf = (bucket: FakeBucket): BucketContent => {
  if (bucket.content === undefined) throw new Error('There is no bucket.');
  return bucket.content;
};
