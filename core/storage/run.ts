import * as z from 'zod';

/** What every task after ReadBundle knows about its run. It is part of the execution's state, so it is small and no secret. */
export const runSchema = z.object({
  /** Name of the execution. */
  id: z.string().min(1),
  /** ARN of the execution. */
  arn: z.string().min(1),
  cluster: z.object({ name: z.string().min(1), region: z.string().min(1) }),
});

export type Run = z.infer<typeof runSchema>;

/** Input of a task that needs nothing but its run. */
export const runInput = z.object({ run: runSchema });

/** Folder of a run's files in the output bucket. */
export function runPrefix(run: { readonly id: string; readonly cluster: { readonly name: string } }): string {
  return `clusters/${run.cluster.name}/runs/${run.id}/`;
}

/** Folder of a refused bundle that does not say which cluster it is for. */
export function rejectedPrefix(runId: string): string {
  return `rejected/${runId}/`;
}
