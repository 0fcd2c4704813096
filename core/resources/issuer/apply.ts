import type { KeyObject } from 'node:crypto';
import { hasCode } from '../../aws/errors.ts';
import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { Change } from '../../domain/change.ts';
import type { DesiredIssuer } from '../../domain/desired-state.ts';
import { ChangedSincePlan, ResourceConflict } from '../../domain/errors.ts';
import { DISCOVERY_KEY, JWKS_KEY, ownerTags, RUN_TAG } from '../../domain/names.ts';
import type { DocumentState, IssuerState } from '../../domain/observed.ts';
import { discoveryDocument, formatJwks, keyId, mergeJwks, parseJwks, publicJwk } from '../../domain/oidc.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';
import { settled } from '../../util/settled.ts';
import { isOfRun, RUN_METADATA } from '../ownership.ts';
import { DOCUMENT_TYPE, ISSUER_PARTS, PUBLIC_ACCESS_BLOCK } from './diff.ts';

export interface IssuerInput {
  readonly clusterName: string;
  readonly run: string;
  readonly issuer: DesiredIssuer;
  readonly tags: Tags;
  readonly publicKey: KeyObject;
  readonly changes: readonly Change[];
  /** The state the plan was made from; undefined when the bucket was not there. */
  readonly before: IssuerState | undefined;
}

/**
 * Makes the planned changes to an issuer. Safe to run again after any stop.
 * Throws ResourceConflict when the bucket's name was taken meanwhile, and ChangedSincePlan when somebody
 * else wrote a document since the plan.
 */
export async function applyIssuer(input: IssuerInput, bucket: IssuerBucket): Promise<void> {
  const { issuer, changes, before, tags, run } = input;
  const whole = before === undefined;
  const changing = (part: keyof typeof ISSUER_PARTS) =>
    whole || changes.some((change) => change.part === ISSUER_PARTS[part]);

  if (whole) await createBucket(input, bucket);
  // PutBucketTagging replaces all tags, so those that are there go along.
  else if (changing('tags')) await bucket.putTags({ ...before.tags, ...missingTags(tags, before.tags) });

  const documents: Promise<void>[] = [];
  if (changing('discovery'))
    documents.push(
      putDocument(
        input,
        bucket,
        DISCOVERY_KEY,
        before?.discovery,
        () => discoveryDocument(issuer.url),
        (text) => text === discoveryDocument(issuer.url),
      ),
    );
  if (changing('jwks')) {
    const key = publicJwk(input.publicKey);
    const holdsKey = (text: string) =>
      parseJwks(text)?.keys.some(({ kid }) => kid === keyId(input.publicKey)) === true;
    documents.push(
      putDocument(
        input,
        bucket,
        JWKS_KEY,
        before?.jwks,
        (text) => formatJwks(mergeJwks(text === undefined ? undefined : parseJwks(text), key)),
        holdsKey,
      ),
    );
  }
  await settled([...documents, makePublic()]);

  async function makePublic(): Promise<void> {
    // In this order: S3 refuses a public policy while the block forbids one.
    if (changing('publicAccessBlock')) await bucket.putPublicAccessBlock(PUBLIC_ACCESS_BLOCK);
    if (changing('policy')) await bucket.putPolicy(issuer.policy);
  }

  async function putDocument(
    { clusterName }: IssuerInput,
    to: IssuerBucket,
    key: string,
    planned: DocumentState | undefined,
    content: (existing: string | undefined) => string,
    isWritten: (text: string) => boolean,
  ): Promise<void> {
    const written = await to.putDocument(key, {
      body: content(planned?.body),
      contentType: DOCUMENT_TYPE,
      metadata: { [RUN_METADATA]: run },
      // Tags of others stay; S3 allows ten on an object.
      tags: { ...planned?.tags, ...ownerTags(clusterName) },
      onlyIf: planned === undefined ? 'absent' : { etag: planned.etag },
    });
    if (written) return;
    const current = await to.document(key);
    // An earlier attempt of this very run, whose answer was lost.
    if (current?.metadata[RUN_METADATA] === run && isWritten(current.body)) return;
    throw new ChangedSincePlan(
      `${key} in bucket ${issuer.bucket} was changed by somebody else while this run was at work.`,
    );
  }
}

async function createBucket({ issuer, tags, run }: IssuerInput, bucket: IssuerBucket): Promise<void> {
  try {
    await bucket.create({ ...tags, [RUN_TAG]: run });
  } catch (error) {
    if (hasCode(error, 'BucketAlreadyExists')) {
      throw new ResourceConflict(
        `Bucket ${issuer.bucket} belongs to another AWS account. Bucket names are unique in all of AWS; choose another cluster name.`,
      );
    }
    if (!hasCode(error, 'BucketAlreadyOwnedByYou')) throw error;
    // An earlier attempt of this run, or somebody else since the plan.
    if (!isOfRun(await bucket.tags(), run)) {
      throw new ResourceConflict(
        `Bucket ${issuer.bucket} appeared while this run was at work; it was not touched.`,
      );
    }
  }
}
