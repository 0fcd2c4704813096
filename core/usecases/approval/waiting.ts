import type { ObjectStore } from '../../aws/object-store.ts';
import * as layout from '../../storage/layout.ts';

/**
 * Whether a run waits for somebody's decision, so that it has changed nothing so far: it asked, and there is no decision yet. What
 * the objects say is not read; one of them has the token of the run.
 */
export async function waitsForApproval(run: string, cluster: string, store: ObjectStore): Promise<boolean> {
  const [asked, decided] = await Promise.all([
    store.head(layout.approvalRequest.of({ run })),
    store.head(layout.decision.of({ run, cluster })),
  ]);
  return asked !== undefined && decided === undefined;
}
