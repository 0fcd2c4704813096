import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { BucketIssuer } from '../../domain/desired-state.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import type { DocumentState, IssuerState } from '../../domain/observed.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import { sameTags } from '../../domain/tags.ts';
import { type UndoOutcome, undoing } from '../../domain/undo-outcome.ts';
import { changing } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import { isOfRun, RUN_METADATA } from '../ownership.ts';
import type { Step } from '../resource.ts';
import { PUBLIC_ACCESS_BLOCK } from './checks.ts';

const CHECKS = CHECK_TABLE.issuer;

type IssuerStep = Step<BucketIssuer, IssuerState>;

/** Rolls back what a run did to an issuer: deletes the bucket it made, or restores what it changed. */
export async function undoIssuer(
  step: IssuerStep,
  { issuerBucket }: { readonly issuerBucket: IssuerBucket },
): Promise<readonly UndoOutcome[]> {
  if (step.changes.length === 0) return [];
  return step.before === undefined
    ? [await deleteIssuer(step, issuerBucket)]
    : restoreIssuer(step, step.before, issuerBucket);
}

function deleteIssuer({ run, desired: issuer }: IssuerStep, bucket: IssuerBucket): Promise<UndoOutcome> {
  const resource = `issuer bucket ${issuer.bucket}`;
  return undoing(
    resource,
    [`aws s3 rb s3://${issuer.bucket} --force --region ${issuer.region}`],
    async () => {
      if ((await bucket.presence()) === 'absent')
        return { resource, outcome: 'untouched', detail: 'not made' };
      if (!isOfRun(await bucket.tags(), run))
        return { resource, outcome: 'untouched', detail: 'not made by this run' };
      for (const key of [JWKS_KEY, DISCOVERY_KEY]) {
        const document = await bucket.document(key);
        if (document?.metadata[RUN_METADATA] === run) await bucket.deleteDocument(key);
      }
      // S3 refuses this while anything of somebody else is inside; then the bucket is left, and said so.
      await bucket.delete();
      return { resource, outcome: 'undone', detail: 'deleted' };
    },
  );
}

async function restoreIssuer(
  step: IssuerStep,
  before: IssuerState,
  bucket: IssuerBucket,
): Promise<UndoOutcome[]> {
  const { run, desired: issuer, tags } = step;
  const outcomes: UndoOutcome[] = [];
  const restore = async (
    { change: part }: { readonly change: string },
    undo: () => Promise<Omit<UndoOutcome, 'resource'>>,
  ) => {
    if (!changing(step, part)) return;
    const resource = `issuer bucket ${issuer.bucket}: ${part}`;
    const commands = [`aws s3 ls s3://${issuer.bucket} --region ${issuer.region}`];
    outcomes.push(
      await undoing(resource, commands, async () => {
        const done = await undo();
        return { resource, ...done, ...(done.outcome === 'left' ? { commands } : {}) };
      }),
    );
  };
  await restore(CHECKS['jwks-missing'], () => restoreDocument(JWKS_KEY, before.jwks));
  await restore(CHECKS['discovery-missing'], () => restoreDocument(DISCOVERY_KEY, before.discovery));
  await restore(CHECKS.policy, async () => {
    const current = await bucket.policy();
    if (samePolicy(current, before.policy)) return AS_BEFORE;
    if (!samePolicy(current, issuer.policy)) return CHANGED_BY_OTHERS;
    await bucket.putPolicy(before.policy);
    return RESTORED;
  });
  await restore(CHECKS['public-access-block'], async () => {
    const current = JSON.stringify(await bucket.publicAccessBlock());
    if (current === JSON.stringify(before.publicAccessBlock)) return AS_BEFORE;
    if (current !== JSON.stringify(PUBLIC_ACCESS_BLOCK)) return CHANGED_BY_OTHERS;
    await bucket.putPublicAccessBlock(before.publicAccessBlock);
    return RESTORED;
  });
  await restore(CHECKS.tags, async () => {
    const current = await bucket.tags();
    if (sameTags(current, before.tags)) return AS_BEFORE;
    if (!sameTags(current, { ...before.tags, ...tags })) return CHANGED_BY_OTHERS;
    await bucket.putTags(before.tags);
    return RESTORED;
  });
  return outcomes;

  async function restoreDocument(
    key: string,
    document: DocumentState | undefined,
  ): Promise<Omit<UndoOutcome, 'resource'>> {
    const current = await bucket.document(key);
    if (current?.metadata[RUN_METADATA] !== run) {
      return current?.body === document?.body ? AS_BEFORE : CHANGED_BY_OTHERS;
    }
    if (document === undefined) await bucket.deleteDocument(key);
    else {
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
    }
    return RESTORED;
  }
}

const AS_BEFORE = { outcome: 'untouched', detail: 'as it was before' } as const;
const RESTORED = { outcome: 'undone', detail: 'restored' } as const;
const CHANGED_BY_OTHERS = {
  outcome: 'left',
  detail: 'changed by somebody else since this run; not touched',
} as const;
