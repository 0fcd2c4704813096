import * as z from 'zod';
import type { ObjectStore } from '../../aws/object-store.ts';
import { NotApproved, PlanOutdated } from '../../domain/errors.ts';
import { checked } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { placeOf, type Run } from '../../storage/run.ts';

export const approvedSchema = z.object({
  /** SHA-256 of the decision. */
  decision: z.string(),
  /** SHA-256 of the plan that was to be approved. */
  plan: z.string(),
});

/** What an execution has in its state of an approval. */
export type Approved = z.infer<typeof approvedSchema>;

/**
 * The decision that let a run go on. Whoever has its token can send an answer, but not keep a decision: throws NotApproved when
 * there is none of an approval of this plan, and RecordTampered when it is another one than was answered.
 */
export async function approvalOf(
  run: Run,
  { decision, plan }: Approved,
  store: ObjectStore,
): Promise<documents.Decision> {
  const place = placeOf(run);
  const found = checked(await documents.decision.read(place, store), decision, layout.decision.of(place));
  if (found?.value.verdict !== 'approved' || found.value.plan !== plan)
    throw new NotApproved(
      `Run ${run.id} was let go on, and nobody approved its plan: somebody answered for it who may not. CloudTrail has who called SendTaskSuccess.`,
    );
  return found.value;
}

/** Throws PlanOutdated unless nothing changed. */
export function refuseOutdated(changed: readonly string[]): void {
  if (changed.length === 0) return;
  throw new PlanOutdated(
    `The plan was approved, and is not what would be done now:\n${changed.join('\n')}\nUpload the bundle again for a new plan.`,
  );
}
