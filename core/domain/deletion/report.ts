import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { UNAPPROVED_OUTCOMES } from '../approval.ts';
import { approvalSchema } from '../report.ts';
import { deletionOptionsSchema } from './order.ts';
import { deletionItemSchema } from './plan.ts';

/** Report or plan of a deletion; the published JSON Schema (docs/schemas/deletion-report.schema.json) is generated from it. */
export const deletionReportSchema = z
  .object({
    version: z.literal(1),
    run: z.string().describe('Name of the execution.'),
    outcome: z
      .enum([
        'planned',
        'awaiting-approval',
        'deleted',
        'incomplete',
        'refused',
        'cluster-busy',
        ...UNAPPROVED_OUTCOMES,
      ])
      .describe(
        'planned, awaiting-approval and refused ones changed nothing; of an incomplete one something is left. One that was not approved, or whose plan held no more, changed nothing.',
      ),
    approval: approvalSchema
      .exactOptional()
      .describe('Who approved the plan of the deletion, or refused it, where somebody had to.'),
    startedAt: z.string().describe('ISO 8601.'),
    endedAt: z.string().describe('ISO 8601.'),
    cluster: z.object({ name: z.string(), region: z.string() }),
    options: deletionOptionsSchema.describe('What the uploaded file said, with the defaults.'),
    items: z.array(deletionItemSchema).describe('All that there was of the cluster.'),
    error: z
      .object({ name: z.string(), cause: z.string() })
      .exactOptional()
      .describe('Why it was refused, every reason in a line, or the first error.'),
  })
  .describe('Report of one deletion of a cluster by sts-prep, or its plan.');

export type DeletionReport = DeepReadonly<z.infer<typeof deletionReportSchema>>;
