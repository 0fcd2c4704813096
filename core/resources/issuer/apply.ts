import type { KeyObject } from 'node:crypto';
import { isAwsError } from '../../aws/errors.ts';
import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import { ChangedSincePlan, ResourceConflict } from '../../domain/errors.ts';
import { DISCOVERY_KEY, JWKS_KEY, ownerTags, RUN_TAG } from '../../domain/names.ts';
import type { DocumentState, IssuerState } from '../../domain/observed.ts';
import { discoveryDocument, formatJwks, parseJwks, publicJwk } from '../../domain/oidc.ts';
import { publishedJwks } from '../../domain/signing-keys.ts';
import { missingTags } from '../../domain/tags.ts';
import { allSettledOrThrow } from '../../util/all-settled.ts';
import { changing } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import { isOfRun, RUN_METADATA } from '../ownership.ts';
import type { Step } from '../resource.ts';
import { DOCUMENT_TYPE, type ExpectedBucket, PUBLIC_ACCESS_BLOCK } from './checks.ts';
import { jwksChecks } from './jwks-checks.ts';

type IssuerStep = Step<ExpectedBucket, IssuerState>;

/**
 * Makes the planned changes to an issuer. Safe to run again after any stop.
 * Throws ResourceConflict when the bucket's name was taken meanwhile, and ChangedSincePlan when somebody
 * else wrote a document since the plan.
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
  // PutBucketTagging replaces all tags, so those that are there go along.
  else if (changing(step, CHECK_TABLE.issuer.tags.change))
    await bucket.putTags({ ...before.tags, ...missingTags(tags, before.tags) });

  const documents: Promise<void>[] = [];
  if (isDue('discovery-missing'))
    documents.push(
      putDocument({
        key: DISCOVERY_KEY,
        planned: before?.discovery,
        content: () => discoveryDocument(issuer.url),
        isWritten: (text) => text === discoveryDocument(issuer.url),
      }),
    );
  if (isDue('jwks-missing')) {
    const key = publicJwk(publicKey);
    const merged = (text: string | undefined) =>
      publishedJwks(text === undefined ? undefined : parseJwks(text), key, issuer.published);
    const holdsKey = (text: string) => jwksChecks({ kid: key.kid }, text).length === 0;
    documents.push(
      putDocument({
        key: JWKS_KEY,
        planned: before?.jwks,
        content: (text) => formatJwks(merged(text)),
        isWritten: holdsKey,
      }),
    );
  }
  await allSettledOrThrow([...documents, makePublic()]);

  async function makePublic(): Promise<void> {
    // In this order: S3 refuses a public policy while the block forbids one.
    if (isDue('public-access-block')) await bucket.putPublicAccessBlock(PUBLIC_ACCESS_BLOCK);
    if (isDue('policy')) await bucket.putPolicy(issuer.policy);
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
