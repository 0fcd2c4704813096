import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { storedEntrySchema } from '../registry.ts';
import { deletionOptionsSchema } from './order.ts';

/** The parts of a deletion, in the order that they go. */
export const DELETION_STEPS = ['roles', 'provider', 'issuer', 'files'] as const;

export type DeletionStep = (typeof DELETION_STEPS)[number];

export const deletionItemSchema = z.object({
  resource: z.string(),
  outcome: z.enum(['goes', 'removed', 'stays', 'kept', 'left']),
  detail: z.string(),
  commands: z.array(z.string()).exactOptional().describe('Commands that finish the job.'),
});

/**
 * One thing of a cluster: of a plan what is to become of it, of a deletion what became of it. `left` is still there, and
 * should not be; `kept` is to stay.
 */
export type DeletionItem = DeepReadonly<z.infer<typeof deletionItemSchema>>;

export const deletionPlanSchema = z.object({
  version: z.literal(1),
  options: deletionOptionsSchema,
  /** ISO 8601. */
  plannedAt: z.string(),
  /** What the registry had; absent of a cluster that it does not know. */
  entry: storedEntrySchema.exactOptional(),
  providerArn: z.string(),
  /** Absent where somebody else keeps the issuer. */
  bucket: z.object({ bucket: z.string(), region: z.string() }).exactOptional(),
  /** Names of the roles that go. */
  roles: z.array(z.string()),
  /** All that is there of the cluster. */
  items: z.array(deletionItemSchema),
});

/** What a deletion does, as it was planned. Every later step works from it. */
export type DeletionPlan = DeepReadonly<z.infer<typeof deletionPlanSchema>>;

export const tombstoneSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  /** Each deletion of a cluster of this name, oldest first. */
  deletions: z.array(
    z.object({
      run: z.string(),
      /** ISO 8601. */
      at: z.string(),
      report: z.string(),
      region: z.string(),
      providerArn: z.string(),
      /** What became of the name of the issuer's bucket; `none` where the cluster had no bucket of its own. */
      bucketName: z.enum(['reserved', 'released', 'none']),
      privateKey: z.enum(['erased', 'kept']),
      /** The registry's last entry; absent where there was none. */
      entry: storedEntrySchema.exactOptional(),
    }),
  ),
});

/** What the registry keeps of clusters that were deleted. */
export type Tombstone = DeepReadonly<z.infer<typeof tombstoneSchema>>;
