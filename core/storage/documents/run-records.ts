import * as z from 'zod';
import { undoOutcomeSchema } from '../../domain/undo-outcome.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';
import { runSchema } from '../run.ts';

export const runIndexEntry = storedDocument(layout.runIndexEntry, documentFormat(runSchema.shape.cluster));
/** There from the moment on when a run takes things away. */
export const removal = storedDocument(layout.removal, documentFormat(z.object({ at: z.string() })), 1);
export const undoRecord = storedDocument(layout.undoRecord, documentFormat(z.array(undoOutcomeSchema)), 1);
