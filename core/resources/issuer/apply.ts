import type { KeyObject } from 'node:crypto';
import { isAwsError } from '../../aws/errors.ts';
import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import { ChangedSincePlan, NotYetConsistent, ResourceConflict } from '../../domain/errors.ts';
import { DISCOVERY_KEY, JWKS_KEY, ownerTags, RUN_TAG } from '../../domain/names.ts';
import type { DocumentState, IssuerState } from '../../domain/observed.ts';
import { discoveryDocument, formatJwks, parseJwks, publicJwk } from '../../domain/oidc.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import { publishedJwks } from '../../domain/signing-keys.ts';
import { allSettledOrThrow } from '../../util/all-settled.ts';
import { changing } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import { isOfRun, RUN_METADATA } from '../ownership.ts';
import type { Step } from '../resource.ts';
import { closingSwitches, PUBLIC_ACCESS_BLOCK, sameBlock } from './access-block.ts';
import { DOCUMENT_TYPE, type ExpectedBucket, issuerTags } from './checks.ts';
import { jwksChecks } from './jwks-checks.ts';
import { openedPolicy } from './policy.ts';

type IssuerStep = Step<ExpectedBucket, IssuerState>;

/**
 * Makes the planned changes to an issuer, so that one which is read is readable at every moment: before objects that are
 * public by their ACL are written, which makes them private, or the ACLs cease to count, the policy is public.
 * Safe to run again after any stop.
 * Throws ResourceConflict when the bucket's name was taken meanwhile, and ChangedSincePlan when somebody else changed
 * since the plan what is to be changed.
 */
export async function applyIssuer(
  step: IssuerStep,
  { issuerBucket: bucket, publicKey }: { readonly issuerBucket: IssuerBucket; readonly publicKey: KeyObject },
): Promise<void> {
  const { cluster, desired: issuer, changes, before, tags, run } = step;
  if (changes.length === 0) return;
  const isWhole = before === undefined;
  const isDue = (check: 'discovery-missing' | 'jwks-missing' | 'public-access-block' | 'policy') =>
    isWhole || changing(step, CHECK_TABLE.issuer[check].change);

  if (isWhole) await createBucket(step, bucket);
  else if (changing(step, CHECK_TABLE.issuer.tags.change))
    // S3 replaces all tags at once: those that others gave the bucket since the plan are there too.
    await bucket.putTags(issuerTags(tags, await bucket.tags()));

  // S3 refuses a public policy while the block forbids one, as that of a new bucket does.
  const isClosed = isWhole || closingSwitches(before.publicAccessBlock).length > 0;
  // Nobody reads a new one yet.
  if (isWhole) await allSettledOrThrow([setBlock().then(setPolicy), publishDiscovery(), publishJwks()]);
  else {
    if (isClosed) await setBlock();
    if (isDue('policy')) await setPolicy();
    await allSettledOrThrow([publishDiscovery(), publishJwks()]);
    if (!isClosed) await setBlock();
  }

  async function setBlock(): Promise<void> {
    if (!isDue('public-access-block')) return;
    const current = isWhole ? undefined : await bucket.publicAccessBlock();
    if (!isWhole && !sameBlock(current, before.publicAccessBlock) && !sameBlock(current, PUBLIC_ACCESS_BLOCK))
      throw changedByOthers('public access block');
    await bucket.putPublicAccessBlock(PUBLIC_ACCESS_BLOCK);
  }

  async function setPolicy(): Promise<void> {
    const opened = openedPolicy(before?.policy, issuer);
    const current = isWhole ? undefined : await bucket.policy();
    if (!isWhole && !samePolicy(current, before.policy) && !samePolicy(current, opened))
      throw changedByOthers('policy');
    try {
      await bucket.putPolicy(opened);
    } catch (error) {
      // While S3 still goes by the block that was there before it refuses a public policy, as it does for good where the
      // account has a block of its own.
      if (isClosed && isAwsError(error, 'AccessDenied'))
        throw new NotYetConsistent(
          `S3 does not take a public policy for bucket ${issuer.bucket} yet: ${error.message}. If that lasts, public access is blocked for the whole account (aws s3control get-public-access-block --account-id <account>), or by a policy of the organization.`,
          { cause: error },
        );
      throw error;
    }
  }

  function changedByOthers(part: string): ChangedSincePlan {
    return new ChangedSincePlan(
      `The ${part} of bucket ${issuer.bucket} was changed by somebody else while this run was at work.`,
    );
  }

  async function publishDiscovery(): Promise<void> {
    if (!isDue('discovery-missing')) return;
    await putDocument({
      key: DISCOVERY_KEY,
      planned: before?.discovery,
      content: () => discoveryDocument(issuer.url),
      isWritten: (text) => text === discoveryDocument(issuer.url),
    });
  }

  async function publishJwks(): Promise<void> {
    if (!isDue('jwks-missing')) return;
    const key = publicJwk(publicKey);
    await putDocument({
      key: JWKS_KEY,
      planned: before?.jwks,
      content: (text) =>
        formatJwks(publishedJwks(text === undefined ? undefined : parseJwks(text), key, issuer.published)),
      isWritten: (text) => jwksChecks({ kid: key.kid }, text).length === 0,
    });
  }

  async function putDocument({
    key,
    planned,
    content,
    isWritten,
  }: {
    readonly key: string;
    readonly planned: DocumentState | undefined;
    readonly content: (existing: string | undefined) => string;
    readonly isWritten: (text: string) => boolean;
  }): Promise<void> {
    const written = await bucket.putDocument(key, {
      body: content(planned?.body),
      contentType: DOCUMENT_TYPE,
      metadata: { [RUN_METADATA]: run },
      // Tags of others stay; S3 allows ten on an object.
      tags: { ...planned?.tags, ...ownerTags(cluster) },
      onlyIf: planned === undefined ? 'absent' : { etag: planned.etag },
    });
    if (written) return;
    const current = await bucket.document(key);
    // An earlier attempt of this very run, whose answer was lost.
    if (current?.metadata[RUN_METADATA] === run && isWritten(current.body)) return;
    throw new ChangedSincePlan(
      `${key} in bucket ${issuer.bucket} was changed by somebody else while this run was at work.`,
    );
  }
}

async function createBucket({ desired: issuer, tags, run }: IssuerStep, bucket: IssuerBucket): Promise<void> {
  try {
    await bucket.create({ ...tags, [RUN_TAG]: run });
  } catch (error) {
    if (isAwsError(error, 'BucketAlreadyExists')) {
      throw new ResourceConflict(
        `Bucket ${issuer.bucket} belongs to another AWS account. Bucket names are unique in all of AWS; choose another cluster name.`,
      );
    }
    if (!isAwsError(error, 'BucketAlreadyOwnedByYou')) throw error;
    // An earlier attempt of this run, or somebody else since the plan.
    if (!isOfRun(await bucket.tags(), run)) {
      throw new ResourceConflict(
        `Bucket ${issuer.bucket} appeared while this run was at work; it was not touched.`,
      );
    }
  }
}
