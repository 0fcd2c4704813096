import * as z from 'zod';
import { deletionItemSchema, deletionPlanSchema, tombstoneSchema } from '../../domain/deletion/plan.ts';
import { deletionReportSchema } from '../../domain/deletion/report.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';

export const deletionPlan = storedDocument(layout.deletionPlan, documentFormat(deletionPlanSchema), 1);
/** What became of one part of it. */
export const deletionRecord = storedDocument(
  layout.deletionRecord,
  documentFormat(z.array(deletionItemSchema)),
  1,
);
export const deletionReport = storedDocument(layout.deletionReport, documentFormat(deletionReportSchema), 2);
export const tombstone = storedDocument(layout.tombstone, documentFormat(tombstoneSchema), 2);
