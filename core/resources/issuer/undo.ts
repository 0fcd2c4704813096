import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { BucketIssuer } from '../../domain/desired-state.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import type { DocumentState, IssuerState } from '../../domain/observed.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import { sameTags } from '../../domain/tags.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { changing } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import { RUN_METADATA } from '../ownership.ts';
import type { Step } from '../resource.ts';
import { undoing } from '../undoing.ts';
import { closingSwitches, PUBLIC_ACCESS_BLOCK, sameBlock } from './access-block.ts';
import { restoredTags } from './checks.ts';
import { openedPolicy, readingBy } from './policy.ts';
import type { TrustingProvider } from './trusted.ts';
import { deleteIssuer, removeVersionsOfRun } from './undo-bucket.ts';

const CHECKS = CHECK_TABLE.issuer;

type IssuerStep = Step<BucketIssuer, IssuerState>;

type Done = Omit<UndoOutcome, 'resource'>;

/**
 * Rolls back what a run did to an issuer: deletes the bucket it made, or restores what it changed. Throws
 * NotYetConsistent while IAM shows a provider that was deleted, before the name of its issuer becomes free.
 */
export async function undoIssuer(
  step: IssuerStep,
  { issuerBucket, provider }: { readonly issuerBucket: IssuerBucket; readonly provider: TrustingProvider },
): Promise<readonly UndoOutcome[]> {
  if (step.changes.length === 0) return [];
  return step.before === undefined
    ? [await deleteIssuer(step, issuerBucket, provider)]
    : restoreIssuer(step, step.before, issuerBucket);
}

/** In the opposite order of the changes, so that an issuer which is read is readable at every moment. */
async function restoreIssuer(
  step: IssuerStep,
  before: IssuerState,
  bucket: IssuerBucket,
): Promise<UndoOutcome[]> {
  const { run, desired: issuer, tags } = step;
  const outcomes: UndoOutcome[] = [];
  const wasClosed = closingSwitches(before.publicAccessBlock).length > 0;

  if (!wasClosed) await restore(CHECKS['public-access-block'], restoreBlock);
  await restore(CHECKS['jwks-missing'], () => restoreDocument(JWKS_KEY, before.jwks));
  await restore(CHECKS['discovery-missing'], () => restoreDocument(DISCOVERY_KEY, before.discovery));
  await restore(CHECKS.policy, restorePolicy);
  if (wasClosed) await restore(CHECKS['public-access-block'], restoreBlock);
  await restore(CHECKS.tags, async () => {
    const current = await bucket.tags();
    if (sameTags(current, before.tags)) return AS_BEFORE;
    const restored = restoredTags(tags, before.tags, current);
    if (sameTags(current, restored)) return CHANGED_BY_OTHERS;
    await bucket.putTags(restored);
    return RESTORED;
  });
  return outcomes;

  async function restore(
    { change: part }: { readonly change: string },
    undo: () => Promise<Done>,
  ): Promise<void> {
    if (!changing(step, part)) return;
    const resource = `issuer bucket ${issuer.bucket}: ${part}`;
    const commands = [`aws s3 ls s3://${issuer.bucket} --region ${issuer.region}`];
    outcomes.push(
      await undoing(resource, commands, async () => {
        const done = await undo();
        return { resource, ...done, ...(done.outcome === 'left' ? { commands } : {}) };
      }),
    );
  }

  async function restoreBlock(): Promise<Done> {
    const current = await bucket.publicAccessBlock();
    if (sameBlock(current, before.publicAccessBlock)) return AS_BEFORE;
    if (!sameBlock(current, PUBLIC_ACCESS_BLOCK)) return CHANGED_BY_OTHERS;
    await bucket.putPublicAccessBlock(before.publicAccessBlock);
    return RESTORED;
  }

  async function restorePolicy(): Promise<Done> {
    const current = await bucket.policy();
    if (samePolicy(current, before.policy)) return AS_BEFORE;
    if (!samePolicy(current, openedPolicy(before.policy, issuer))) return CHANGED_BY_OTHERS;
    const wasReadByAcl =
      (before.discovery?.acl ?? before.jwks?.acl) !== undefined &&
      readingBy(before.policy, issuer).answer !== 'yes';
    if (wasReadByAcl && outcomes.some(({ outcome }) => outcome === 'left')) return KEPT_READABLE;
    await bucket.putPolicy(before.policy);
    return RESTORED;
  }

  async function restoreDocument(key: string, document: DocumentState | undefined): Promise<Done> {
    const current = await bucket.document(key);
    if (current?.metadata[RUN_METADATA] !== run) {
      if (current?.body !== document?.body) return CHANGED_BY_OTHERS;
      // An earlier try may have come no further than the document.
      return (await restoreAcl(key, document, current)) ? RESTORED : AS_BEFORE;
    }
    if (document === undefined) {
      await removeVersionsOfRun(bucket, key, run);
      return RESTORED;
    }
    const { body, contentType = 'application/octet-stream', metadata, tags } = document;
    const restored = await bucket.putDocument(key, {
      body,
      contentType,
      metadata,
      tags,
      onlyIf: { etag: current.etag },
    });
    // A try whose answer was lost has restored it, and the SDK's next one finds another version.
    if (!restored && (await bucket.document(key))?.body !== body) return CHANGED_BY_OTHERS;
    await restoreAcl(key, document, undefined);
    return RESTORED;
  }

  /** Whether there was anything to restore. To overwrite an object makes it private. */
  async function restoreAcl(
    key: string,
    document: DocumentState | undefined,
    current: DocumentState | undefined,
  ): Promise<boolean> {
    if (document?.acl === undefined || JSON.stringify(document.acl) === JSON.stringify(current?.acl))
      return false;
    await bucket.putAcl(key, document.acl);
    return true;
  }
}

const AS_BEFORE = { outcome: 'untouched', detail: 'as it was before' } as const;
const RESTORED = { outcome: 'undone', detail: 'restored' } as const;
const CHANGED_BY_OTHERS = {
  outcome: 'left',
  detail: 'changed by somebody else since this run; not touched',
} as const;
const KEPT_READABLE = {
  outcome: 'left',
  detail: 'kept, because the documents may not be readable without it',
} as const;
