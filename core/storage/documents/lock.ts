import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';

const lockSchema = z.object({
  execution: z.string(),
  run: z.string(),
  /** Whether there is nothing to undo of the run, as of a deletion, which goes on where it stopped. */
  isDeletion: z.literal(true).exactOptional(),
  /** Whether the undo of the run was started: from then on the run itself may change nothing. */
  isUndone: z.literal(true).exactOptional(),
});

/** Who holds a cluster's lock. */
export type LockContent = DeepReadonly<z.infer<typeof lockSchema>>;

export const lock = storedDocument(layout.lock, documentFormat(lockSchema));
