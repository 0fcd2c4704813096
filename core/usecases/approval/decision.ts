import type { ObjectStore } from '../../aws/object-store.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Report } from '../../domain/report.ts';
import * as documents from '../../storage/documents.ts';
import { placeOf, type Run } from '../../storage/run.ts';

/** What somebody decided about a plan that is carried out by now; undefined where nobody had to. Throws when there is none. */
export async function decisionAbout(
  run: Run,
  plan: Pick<Plan, 'approval'>,
  store: ObjectStore,
): Promise<documents.Decision | undefined> {
  if (plan.approval === undefined) return undefined;
  return (await documents.decision.readExisting(placeOf(run), store)).value;
}

/** What a report says of a decision. */
export function reportedDecision({
  plan: _,
  ...decision
}: documents.Decision): NonNullable<Report['approval']> {
  return decision;
}
