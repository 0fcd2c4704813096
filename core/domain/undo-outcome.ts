import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';

export const undoOutcomeSchema = z.object({
  resource: z.string(),
  outcome: z.enum(['undone', 'untouched', 'left']),
  detail: z.string(),
  /** `aws` commands; only for what is left. */
  commands: z.array(z.string()).exactOptional().describe('Commands that finish the job.'),
});

/**
 * What became of one thing that a run may have made or changed:
 * `undone` is as before; `untouched` was never made or changed by this run; `left` is still there or was
 * changed by somebody else meanwhile, and an operator must decide.
 */
export type UndoOutcome = DeepReadonly<z.infer<typeof undoOutcomeSchema>>;
