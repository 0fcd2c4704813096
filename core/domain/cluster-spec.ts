import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { FEATURE_SETS } from './feature-set.ts';
import { capabilitySelectionSchema } from './inclusion/capabilities.ts';

export const clusterSpecSchema = z.object({
  name: z.string(),
  region: z.string(),
  /** Of a region that this release does not know. */
  partition: z.string().exactOptional(),
  release: z.string().exactOptional(),
  featureSet: z.enum(FEATURE_SETS),
  /** Feature gates that were set by hand, by name. */
  featureGates: z.record(z.string(), z.boolean()).exactOptional(),
  /** Absent where nobody said which capabilities the cluster has. */
  capabilities: capabilitySelectionSchema.exactOptional(),
  rolePath: z.string(),
  permissionsBoundaryArn: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()),
  publicKeyFile: z.string().exactOptional(),
  /** An issuer that somebody else keeps; without it the cluster has a bucket of its own. */
  issuer: z.object({ type: z.literal('existing'), providerArn: z.string() }).exactOptional(),
});

/** Which cluster a bundle is for, and how it is to be prepared: the merged, checked answer of all sources. */
export type ClusterSpec = DeepReadonly<z.infer<typeof clusterSpecSchema>>;
