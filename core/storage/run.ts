import * as z from 'zod';

/** SHA-256 in hexadecimal. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const recordsSchema = z.object({
  reading: digestSchema.exactOptional(),
  desired: digestSchema.exactOptional(),
  plan: digestSchema.or(z.literal('none')).exactOptional(),
});

/**
 * SHA-256 of what a run's records say, as whoever wrote them handed it to the state machine. No function can change what an
 * execution has in its state, so a record that differs is somebody else's. The undo of a stopped run has them from that run's
 * history; a plan of `none` says that the run never came past PlanChanges, so that nothing was done by a plan.
 */
export type Records = z.infer<typeof recordsSchema>;

/** What every task after ReadBundle knows about its run. It is part of the execution's state, so it is small and no secret. */
export const runSchema = z.object({
  /** Name of the execution. */
  id: z.string().min(1),
  /** ARN of the execution. */
  arn: z.string().min(1),
  cluster: z.object({ name: z.string().min(1), region: z.string().min(1) }),
  records: recordsSchema.exactOptional(),
});

export type Run = z.infer<typeof runSchema>;

/** Input of a task that needs nothing but its run. */
export const runInput = z.object({ run: runSchema });

/** What the addresses of a run's files are made of. */
export interface RunName {
  readonly id: string;
  readonly cluster: { readonly name: string };
  readonly records?: Records;
}

/** The same as the layout of the output bucket names it. */
export function placeOf({ id, cluster }: RunName): { readonly run: string; readonly cluster: string } {
  return { run: id, cluster: cluster.name };
}
