import * as z from 'zod';

/** What every task of an audit knows about it. */
export const auditSchema = z.object({
  /** Name of the execution. */
  id: z.string().min(1),
  /** ISO 8601. */
  startedAt: z.string().min(1),
});

export type Audit = z.infer<typeof auditSchema>;

/**
 * What an audit was asked for: nothing (all clusters), some clusters, or an upload. The execution's input as it
 * stands, so an operator may start one by hand with `{}` or `{"clusters": ["demo"]}`.
 */
export const auditRequestSchema = z.looseObject({
  trigger: z.string().optional(),
  /** Only these clusters. */
  clusters: z.array(z.string().min(1)).optional(),
  /** Audit the clusters in executions of their own, however few they are. */
  distributed: z.boolean().optional(),
});

export type AuditRequest = z.infer<typeof auditRequestSchema>;
