import * as z from 'zod';
import { auditSchema } from '../storage/audit.ts';
import { runSchema } from '../storage/run.ts';

/**
 * What a task's input says about the work it is part of, whatever else is wrong with the input. ReadBundle is given
 * the name of its run only: it is the task that finds out the cluster.
 */
const workSchema = z.object({
  run: z
    .union([
      z.string().transform((id) => ({ id, cluster: undefined })),
      z.object({ id: z.string(), cluster: runSchema.shape.cluster.optional().catch(undefined) }),
    ])
    .optional()
    .catch(undefined),
  audit: auditSchema.pick({ id: true }).optional().catch(undefined),
  /** What the task of a Map is at work on: a role of a run, a cluster of an audit. */
  role: z.number().optional().catch(undefined),
  cluster: z.string().optional().catch(undefined),
});

export type Work = z.infer<typeof workSchema>;

/** The run or the audit that a task is at work for, as far as its input says. */
export function workOf(event: unknown): Work {
  return workSchema.safeParse(event).data ?? {};
}
