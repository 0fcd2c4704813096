import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';

const failureRecordSchema = z.object({
  task: z.string(),
  error: z.string(),
  message: z.string(),
  /** ISO 8601. */
  at: z.string(),
});

/** How a task failed, in its own words. Step Functions cuts causes, and a Map's state has no room for them. */
export type FailureRecord = DeepReadonly<z.infer<typeof failureRecordSchema>>;

const failureRecordFormat = documentFormat(failureRecordSchema);

export const failureRecord = storedDocument(layout.failureRecord, failureRecordFormat, 1);
export const auditFailureRecord = storedDocument(layout.auditFailureRecord, failureRecordFormat);
