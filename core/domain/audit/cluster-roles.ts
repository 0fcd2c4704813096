import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { roleSnapshotSchema } from '../observed.ts';
import { policyDocumentSchema } from '../policy-document.ts';

export const clusterRolesSchema = z.object({
  /** Roles that are in the registry entry, and all others that carry the cluster's owner tag. */
  roles: z.array(roleSnapshotSchema),
  /** Attached policies and boundaries by ARN; null when one cannot be read. */
  policies: z.record(z.string(), policyDocumentSchema.nullable()),
});

/** A cluster's roles as they were when the audit began, with the managed policies they refer to. */
export type ClusterRoles = DeepReadonly<z.infer<typeof clusterRolesSchema>>;
