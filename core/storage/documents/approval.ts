import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';
import { digestSchema, runSchema } from '../run.ts';

/** A run that waits until somebody approves its plan. */
const approvalRequestSchema = z.object({
  cluster: runSchema.shape.cluster,
  /** Lets the execution go on. It is in no other place. */
  token: z.string(),
  /** What is to be approved: the SHA-256 of the plan's document. */
  plan: digestSchema,
  /** ISO 8601. */
  askedAt: z.string(),
});

const decisionSchema = z.object({
  verdict: z.enum(['approved', 'refused']),
  /** ARN of whoever decided, as STS knows him. */
  by: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** SHA-256 of the plan's document. */
  plan: digestSchema,
  reason: z.string().exactOptional(),
});

/** What somebody decided about the plan of a run. */
export type Decision = DeepReadonly<z.infer<typeof decisionSchema>>;

export const approvalRequest = storedDocument(layout.approvalRequest, documentFormat(approvalRequestSchema));
export const decision = storedDocument(layout.decision, documentFormat(decisionSchema), 1);
